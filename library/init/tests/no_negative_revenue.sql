-- A test is a SELECT of the rows that are wrong.
select customer_id, revenue
from {{ref "customer_orders"}}
where revenue < 0

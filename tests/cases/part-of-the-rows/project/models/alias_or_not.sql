{{config materialized="table"}}
select orders.seq, c.name, cast(orders.ordered_at as date) as day, orders.amount
from {{ref "orders"}}
inner join {{ref "customers"}} as c on c.customer_id = orders.customer_id
where orders.amount > (select min(o.amount) - 1 from {{ref "orders"}} o)

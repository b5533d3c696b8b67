{{config materialized="table"}}
select order_id, customer, amount, status
from {{ref "raw_orders"}}

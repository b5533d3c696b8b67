{{config materialized="external" location="exports/orders.parquet"}}
select order_id, day, cast(amount as decimal(10, 2)) as amount, note
from {{ref "orders"}}

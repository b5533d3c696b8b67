{{config materialized="table" swap="rename"}}
select order_id, user_id, amount
from {{ref "orders"}}

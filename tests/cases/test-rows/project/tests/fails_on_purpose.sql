{{config tags=(list "singular")}}
select o.order_id, o.amount
from {{ref "orders"}} as o
inner join {{ref "raw_orders"}} as r on r.order_id = o.order_id
where o.amount < 0

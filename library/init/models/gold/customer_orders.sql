select
  customers.customer_id,
  customers.customer_name,
  count(orders.order_id) as orders,
  coalesce(sum(orders.amount), 0) as revenue,
  count(case when orders.amount >= {{var "large_order"}} then 1 end) as large_orders,
  min(orders.ordered_at) as first_ordered_at
from {{ref "stg_customers"}} as customers
left join {{ref "stg_orders"}} as orders
  on orders.customer_id = customers.customer_id
  and orders.status <> 'returned'
group by customers.customer_id, customers.customer_name

-- How many buyers pay in instalments?
with counted as (
  select
    count(distinct user_id) as buyers,
    count(distinct user_id) filter (where {{is_in_installments}}) as installment_buyers,
    count(distinct order_id) as orders,
    count(distinct order_id) filter (where {{is_in_installments}}) as installment_orders
  from {{ref "fct_purchases"}}
)
select
  buyers,
  installment_buyers,
  cast({{safe_divide "installment_buyers" "buyers"}} as decimal(9, 4)) as adoption_rate,
  cast({{safe_divide "installment_orders" "orders"}} as decimal(9, 4)) as order_share
from counted

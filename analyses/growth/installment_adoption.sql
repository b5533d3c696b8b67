-- How many buyers pay in instalments?
select
  count(distinct user_id) as buyers,
  count(distinct case when installments >= 2 then user_id end) as installment_buyers,
  cast({{safe_divide "count(distinct case when installments >= 2 then user_id end)" "count(distinct user_id)"}} as decimal(9, 4)) as adoption_rate,
  cast({{safe_divide "count(distinct case when installments >= 2 then order_id end)" "count(distinct order_id)"}} as decimal(9, 4)) as order_share
from {{ref "fct_purchases"}}

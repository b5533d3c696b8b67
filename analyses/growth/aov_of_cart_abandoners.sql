-- What is the average order value of users who abandoned a cart? All their orders up to now; beside it that of everybody.
with abandoners as (
  select distinct features.user_id
  from {{ref "silver_session_features"}} as features
  where features.is_cart_abandon
    and features.closes_at < {{growth_as_of}}
)
select
  count(distinct abandoners.user_id) as abandoners,
  count(distinct bought.order_id) as their_orders,
  cast({{safe_divide "sum(bought.revenue)" "count(distinct bought.order_id)"}} as decimal(18, 2)) as aov_of_abandoners,
  (
    select cast({{safe_divide "sum(revenue)" "count(distinct order_id)"}} as decimal(18, 2))
    from {{ref "fct_purchases"}}
    where event_timestamp <= {{growth_as_of}}
  ) as aov_of_all
from abandoners
left join {{ref "fct_purchases"}} as bought
  on bought.user_id = abandoners.user_id
  and bought.event_timestamp <= {{growth_as_of}}

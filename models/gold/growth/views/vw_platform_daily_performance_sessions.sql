-- How sessions went, by the day they began and the platform.
{{config grants=(var "growth_grants")}}

with sessions as (
  {{sessions_as_of_now}}
),
list_use as (
  {{list_use_of_sessions}}
),
measured as (
  select
    sessions.session_date,
    sessions.platform_id,
    {{session_measures}},
    {{list_use_measures}},
    {{count_where "is_closed and is_cart_abandon"}} as cart_abandons,
    {{count_where "is_closed and is_checkout_abandon"}} as checkout_abandons,
    {{count_where "is_closed and is_high_value_abandon"}} as high_value_abandons,
    cast(coalesce(sum(cart_value) filter (where is_closed and is_cart_abandon), 0) as decimal(18, 4)) as abandoned_cart_value
  from sessions
  left join list_use on list_use.session_id = sessions.session_id
  group by sessions.session_date, sessions.platform_id
),
purchases as (
  select
    session_date,
    platform_id,
    count(distinct order_id) as orders,
    cast(sum(revenue) as decimal(18, 4)) as revenue,
    count(distinct case when {{is_in_installments}} then order_id end) as installment_orders,
    count(distinct user_id) as buyers,
    count(distinct case when {{is_in_installments}} then user_id end) as installment_buyers
  from {{ref "silver_event_list_attribution"}}
  where order_id is not null
  group by session_date, platform_id
),
{{!-- All orders, whenever, of the users who left a cart on that day and platform. --}}
abandoners as (
  select distinct session_date, platform_id, user_id
  from sessions
  where is_closed and is_cart_abandon
),
abandoner_orders as (
  select
    abandoners.session_date,
    abandoners.platform_id,
    count(distinct bought.order_id) as orders_of_abandoners,
    cast(sum(bought.revenue) as decimal(18, 4)) as revenue_of_abandoners
  from abandoners
  inner join {{ref "fct_purchases"}} as bought on bought.user_id = abandoners.user_id
  where bought.event_timestamp <= {{growth_as_of}}
  group by abandoners.session_date, abandoners.platform_id
)
select
  measured.*,
  {{safe_divide "measured.abandoned_cart_value" "measured.cart_abandons"}} as abandoned_cart_value_avg,
  coalesce(purchases.orders, 0) as orders,
  cast(coalesce(purchases.revenue, 0) as decimal(18, 4)) as revenue,
  {{safe_divide "purchases.revenue" "purchases.orders"}} as aov,
  coalesce(purchases.installment_orders, 0) as installment_orders,
  {{safe_divide "purchases.installment_orders" "purchases.orders"}} as installment_order_share,
  coalesce(purchases.buyers, 0) as buyers,
  coalesce(purchases.installment_buyers, 0) as installment_buyers,
  {{safe_divide "purchases.installment_buyers" "purchases.buyers"}} as installment_adoption_rate,
  coalesce(abandoner_orders.orders_of_abandoners, 0) as orders_of_abandoners,
  cast(coalesce(abandoner_orders.revenue_of_abandoners, 0) as decimal(18, 4)) as revenue_of_abandoners,
  {{safe_divide "abandoner_orders.revenue_of_abandoners" "abandoner_orders.orders_of_abandoners"}} as aov_of_abandoners
from measured
left join purchases
  on purchases.session_date = measured.session_date
  and purchases.platform_id = measured.platform_id
left join abandoner_orders
  on abandoner_orders.session_date = measured.session_date
  and abandoner_orders.platform_id = measured.platform_id

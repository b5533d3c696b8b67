-- Carts that were left by users who then bought within var(abandon_recovery_days), and nothing of what was in the cart.
{{config grants=(var "marketing_grants")}}

with abandoned as (
  {{sessions_as_of_now}}
),
bought_later as (
  select
    abandoned.session_id,
    bought.product_id,
    bought.event_timestamp,
    bought.revenue,
    carts.product_id is not null as was_in_cart
  from abandoned
  inner join {{ref "fct_purchases"}} as bought
    on bought.user_id = abandoned.user_id
    and bought.event_timestamp > abandoned.session_end
    and bought.event_timestamp <= abandoned.session_end + interval '{{var "abandon_recovery_days"}} days'
    and bought.event_timestamp <= {{growth_as_of}}
  left join {{ref "silver_session_carts"}} as carts
    on carts.session_id = abandoned.session_id
    and carts.product_id = bought.product_id
  where abandoned.is_closed
    and abandoned.is_cart_abandon
),
different as (
  select
    session_id,
    min(event_timestamp) as bought_at,
    count(distinct product_id) as bought_products,
    sum(revenue) as bought_revenue
  from bought_later
  group by session_id
  having not bool_or(was_in_cart)
)
select
  abandoned.session_id,
  abandoned.user_id,
  abandoned.platform_id,
  abandoned.session_date,
  abandoned.session_end,
  abandoned.cart_products,
  abandoned.cart_value,
  different.bought_at,
  different.bought_products,
  cast(different.bought_revenue as decimal(18, 4)) as bought_revenue
from abandoned
inner join different on different.session_id = abandoned.session_id

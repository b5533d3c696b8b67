-- Conversion and order value by variant of an experiment, and with and without a coupon. Only variants compare causally.
{{config grants=(var "marketing_grants")}}

with members as (
  select experiment_id, user_id, min(experiment_variant) as variant
  from {{ref "silver_session_events"}}
  where experiment_id is not null and experiment_variant is not null
  group by experiment_id, user_id
  having count(distinct experiment_variant) = 1
),
first_seen as (
  select
    events.experiment_id,
    events.user_id,
    members.variant,
    min(events.session_start) as since
  from {{ref "silver_session_events"}} as events
  inner join members
    on members.experiment_id = events.experiment_id
    and members.user_id = events.user_id
  group by events.experiment_id, events.user_id, members.variant
),
orders_of_sessions as (
  select session_id, count(distinct order_id) as orders, sum(revenue) as revenue
  from {{ref "silver_session_events"}}
  where order_id is not null
  group by session_id
),
coupons_of_sessions as (
  select
    session_id,
    max(case when coupon_code is not null then 1 else 0 end) as has_coupon
  from {{ref "silver_session_events"}}
  group by session_id
),
compared as (
  select
    'experiment' as comparison,
    first_seen.experiment_id as compared_id,
    first_seen.variant,
    true as is_causal,
    sessions.session_id,
    sessions.user_id,
    sessions.has_purchase
  from first_seen
  inner join {{ref "silver_session_features"}} as sessions
    on sessions.user_id = first_seen.user_id
    and sessions.session_start >= first_seen.since
  inner join {{ref "silver_active_days"}} as active
    on active.entity = 'experiment'
    and active.entity_id = first_seen.experiment_id
    and active.variant = first_seen.variant
    and active.event_date = sessions.session_date
  union all
  select
    'coupon',
    'any',
    case when coupons_of_sessions.has_coupon = 1 then 'with_coupon' else 'without_coupon' end,
    false,
    sessions.session_id,
    sessions.user_id,
    sessions.has_purchase
  from {{ref "silver_session_features"}} as sessions
  inner join coupons_of_sessions on coupons_of_sessions.session_id = sessions.session_id
  where sessions.has_checkout
)
select
  comparison,
  compared_id,
  variant,
  is_causal,
  count(distinct compared.user_id) as users,
  count(*) as sessions,
  {{count_where "has_purchase"}} as sessions_with_purchase,
  {{safe_divide (count_where "has_purchase") "count(*)"}} as session_conversion_rate,
  cast(coalesce(sum(bought.orders), 0) as bigint) as orders,
  cast(coalesce(sum(bought.revenue), 0) as decimal(18, 4)) as revenue,
  {{safe_divide "sum(bought.revenue)" "sum(bought.orders)"}} as aov
from compared
left join orders_of_sessions as bought on bought.session_id = compared.session_id
group by comparison, compared_id, variant, is_causal

-- What happened to each product, by the day a session began and the platform. A session with two products is counted for both.
{{config grants=(var "growth_grants")}}

with steps as (
  select
    session_date,
    platform_id,
    product_id,
    session_id,
    user_id,
    count(distinct source_event_id) as messages,
    max(case when {{is_one_of "event_name" (var "view_events")}} then 1 else 0 end) = 1 as has_view,
    max(case when {{is_one_of "event_name" (var "checkout_events")}} then 1 else 0 end) = 1 as has_checkout,
    max(case when {{is_one_of "event_name" (var "purchase_events")}} then 1 else 0 end) = 1 as has_purchase,
    sum(case when {{is_one_of "event_name" (var "purchase_events")}} then quantity else 0 end) as units,
    coalesce(sum(revenue), 0) as revenue
  from {{ref "silver_session_events"}}
  where product_id <> 'none'
  group by session_date, platform_id, product_id, session_id, user_id
),
shown as (
  select
    session_id,
    product_id,
    count(distinct source_event_id || '/' || list_id) as list_impressions,
    count(*) as product_impressions
  from {{ref "silver_list_impressions"}}
  group by session_id, product_id
),
{{!-- What goes back to a list, of the product itself. --}}
used as (
  select
    session_id,
    product_id,
    min(case when {{is_one_of "event_name" (var "click_events")}} then event_timestamp end) as first_click_at,
    max(case when {{is_one_of "event_name" (var "purchase_events")}} then event_timestamp end) as last_purchase_at
  from {{ref "silver_event_list_attribution"}}
  where {{is_one_of "attribution_basis" (var "attribution_bases")}}
  group by session_id, product_id
),
of_sessions as (
  select
    steps.*,
    features.is_bounce,
    shown.list_impressions,
    shown.product_impressions,
    shown.session_id is not null and used.first_click_at is not null as has_list_click,
    shown.session_id is not null and used.last_purchase_at is not null as has_list_purchase,
    coalesce(shown.session_id is not null and used.last_purchase_at >= used.first_click_at, false)
      as has_list_purchase_after_click
  from steps
  inner join {{ref "silver_session_features"}} as features on features.session_id = steps.session_id
  left join shown
    on shown.session_id = steps.session_id
    and shown.product_id = steps.product_id
  left join used
    on used.session_id = steps.session_id
    and used.product_id = steps.product_id
),
{{!-- An order may go over two sessions. --}}
ordered as (
  select session_date, platform_id, product_id, count(distinct order_id) as orders
  from {{ref "silver_session_events"}}
  where order_id is not null and product_id <> 'none'
  group by session_date, platform_id, product_id
),
measured as (
  select
    session_date,
    platform_id,
    product_id,
    count(*) as sessions,
    count(distinct user_id) as unique_users,
    cast(sum(messages) as bigint) as total_events,
    {{count_where "is_bounce"}} as bounces,
    {{safe_divide (count_where "is_bounce") "count(*)"}} as bounce_rate,
    {{funnel_measures}},
    {{list_use_measures}},
    cast(sum(units) as decimal(18, 4)) as units,
    cast(sum(revenue) as decimal(18, 4)) as revenue
  from of_sessions
  group by session_date, platform_id, product_id
)
select
  measured.*,
  coalesce(ordered.orders, 0) as orders,
  {{safe_divide "measured.revenue" "ordered.orders"}} as aov
from measured
left join ordered
  on ordered.session_date = measured.session_date
  and ordered.platform_id = measured.platform_id
  and ordered.product_id = measured.product_id

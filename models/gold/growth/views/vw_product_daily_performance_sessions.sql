-- What happened to each product, by the day a session began and the platform. A session with two products is counted for both.
{{config grants=(var "growth_grants")}}

with steps as (
  select
    session_date,
    platform_id,
    product_id,
    session_id,
    max(case when {{is_one_of "event_name" (var "view_events")}} then 1 else 0 end) = 1 as has_view,
    max(case when {{is_one_of "event_name" (var "checkout_events")}} then 1 else 0 end) = 1 as has_checkout,
    max(case when {{is_one_of "event_name" (var "purchase_events")}} then 1 else 0 end) = 1 as has_purchase,
    sum(case when {{is_one_of "event_name" (var "purchase_events")}} then quantity else 0 end) as units,
    coalesce(sum(revenue), 0) as revenue
  from {{ref "silver_session_events"}}
  where product_id <> 'none'
  group by session_date, platform_id, product_id, session_id
)
select
  session_date,
  platform_id,
  product_id,
  count(*) as sessions,
  {{count_where "has_view"}} as sessions_with_view,
  {{count_where "has_checkout"}} as sessions_with_checkout,
  {{count_where "has_purchase"}} as sessions_with_purchase,
  {{count_where "has_view and has_checkout"}} as sessions_with_view_and_checkout,
  {{count_where "has_checkout and has_purchase"}} as sessions_with_checkout_and_purchase,
  {{count_where "has_view and has_purchase"}} as sessions_with_view_and_purchase,
  {{safe_divide (count_where "has_view and has_checkout") (count_where "has_view")}} as view_to_checkout_rate_session,
  {{safe_divide (count_where "has_checkout and has_purchase") (count_where "has_checkout")}} as checkout_to_purchase_rate_session,
  {{safe_divide (count_where "has_view and has_purchase") (count_where "has_view")}} as view_to_purchase_rate_session,
  cast(sum(units) as decimal(18, 4)) as units,
  cast(sum(revenue) as decimal(18, 4)) as revenue
from steps
group by session_date, platform_id, product_id

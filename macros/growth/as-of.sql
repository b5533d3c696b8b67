{{!-- Now, of the growth models: var(as_of), else the time of the last event. --}}
{{#macro "growth_as_of"}}
{{#if (var "as_of" null)}}
cast('{{var "as_of" null}}' as timestamp)
{{else}}
(select max(latest_event_at) from {{ref "growth_clock"}})
{{/if}}
{{/macro}}

{{!-- The day of it. --}}
{{#macro "growth_as_of_date"}}
{{reporting_date (growth_as_of)}}
{{/macro}}

{{!-- Rows for which a condition holds, or distinct values of a column among them. --}}
{{#macro "count_where" "condition"}}
count(*) filter (where {{condition}})
{{/macro}}

{{!-- Sessions and how they went, with what hangs on now. --}}
{{#macro "sessions_as_of_now"}}
select
  features.*,
  features.closes_at < {{growth_as_of}} as is_closed
from {{ref "silver_session_features"}} as features
{{/macro}}

{{!-- How many sessions went how far, and the rates from step to step. --}}
{{#macro "funnel_measures"}}
  {{count_where "has_view"}} as sessions_with_view,
  {{count_where "has_checkout"}} as sessions_with_checkout,
  {{count_where "has_purchase"}} as sessions_with_purchase,
  {{count_where "has_view and has_checkout"}} as sessions_with_view_and_checkout,
  {{count_where "has_checkout and has_purchase"}} as sessions_with_checkout_and_purchase,
  {{count_where "has_view and has_purchase"}} as sessions_with_view_and_purchase,
  {{safe_divide (count_where "has_view and has_checkout") (count_where "has_view")}} as view_to_checkout_rate_session,
  {{safe_divide (count_where "has_checkout and has_purchase") (count_where "has_checkout")}} as checkout_to_purchase_rate_session,
  {{safe_divide (count_where "has_view and has_purchase") (count_where "has_view")}} as view_to_purchase_rate_session,
  {{safe_divide (count_where "has_purchase") "count(*)"}} as overall_session_conversion_rate
{{/macro}}

{{!-- The measures of sessions that every view of them shows; each rate stands beside its numerator and denominator. --}}
{{#macro "session_measures"}}
  count(*) as sessions,
  count(distinct user_id) as unique_users,
  cast(sum(interactions) as bigint) as total_events,
  {{count_where "is_bounce"}} as bounces,
  {{safe_divide (count_where "is_bounce") "count(*)"}} as bounce_rate,
  {{count_where "is_engaged"}} as engaged_sessions,
  {{safe_divide (count_where "is_engaged") "count(*)"}} as engagement_rate,
  {{funnel_measures}},
  1e0 - {{safe_divide (count_where "has_view and has_checkout") (count_where "has_view")}} as view_to_checkout_drop_off,
  1e0 - {{safe_divide (count_where "has_checkout and has_purchase") (count_where "has_checkout")}} as checkout_to_purchase_drop_off
{{/macro}}

{{!-- Which list impressions, clicks and purchases a session had: one row per session that saw a list. --}}
{{#macro "list_use_of_sessions"}}
select
  shown.session_id,
  shown.list_impressions,
  shown.product_impressions,
  used.first_click_at is not null as has_list_click,
  used.last_purchase_at is not null as has_list_purchase,
  coalesce(used.last_purchase_at >= used.first_click_at, false) as has_list_purchase_after_click
from (
  select
    session_id,
    count(distinct source_event_id || '/' || list_id) as list_impressions,
    count(*) as product_impressions
  from {{ref "silver_list_impressions"}}
  group by session_id
) as shown
left join (
  select
    session_id,
    min(case when {{is_one_of "event_name" (var "click_events")}} then event_timestamp end) as first_click_at,
    max(case when {{is_one_of "event_name" (var "purchase_events")}} then event_timestamp end) as last_purchase_at
  from {{ref "silver_event_list_attribution"}}
  where {{is_one_of "attribution_basis" (var "attribution_bases")}}
  group by session_id
) as used on used.session_id = shown.session_id
{{/macro}}

{{#macro "list_use_measures"}}
  cast(coalesce(sum(list_impressions), 0) as bigint) as list_impressions,
  cast(coalesce(sum(product_impressions), 0) as bigint) as product_impressions,
  count(list_impressions) as sessions_exposed,
  {{count_where "has_list_click"}} as sessions_with_click,
  {{count_where "has_list_purchase"}} as sessions_with_list_purchase,
  {{count_where "has_list_purchase_after_click"}} as sessions_with_purchase_after_click,
  {{safe_divide (count_where "has_list_click") "count(list_impressions)"}} as ctr_sessions,
  {{safe_divide (count_where "has_list_purchase") "count(list_impressions)"}} as purchase_rate_on_exposure,
  {{safe_divide (count_where "has_list_purchase_after_click") (count_where "has_list_click")}} as purchase_rate_on_click
{{/macro}}

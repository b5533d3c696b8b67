-- What each list did, by the day a session began and the platform. A session that saw two lists is counted for both.
{{config grants=(var "growth_grants")}}

with shown as (
  select
    session_date,
    platform_id,
    list_id,
    session_id,
    count(distinct source_event_id) as list_impressions,
    count(*) as product_impressions
  from {{ref "silver_list_impressions"}}
  group by session_date, platform_id, list_id, session_id
),
used as (
  select
    session_id,
    attributed_list_id as list_id,
    min(case when {{is_one_of "event_name" (var "click_events")}} then event_timestamp end) as first_click_at,
    max(case when {{is_one_of "event_name" (var "purchase_events")}} then event_timestamp end) as last_purchase_at,
    sum(revenue) as revenue
  from {{ref "silver_event_list_attribution"}}
  where {{is_one_of "attribution_basis" (var "attribution_bases")}}
  group by session_id, attributed_list_id
),
paired as (
  select
    shown.session_date,
    shown.platform_id,
    shown.list_id,
    shown.list_impressions,
    shown.product_impressions,
    used.first_click_at is not null as is_clicked,
    used.last_purchase_at is not null as is_bought,
    coalesce(used.last_purchase_at >= used.first_click_at, false) as is_bought_after_click,
    coalesce(used.revenue, 0) as revenue
  from shown
  left join used
    on used.session_id = shown.session_id
    and used.list_id = shown.list_id
)
select
  paired.session_date,
  paired.platform_id,
  paired.list_id,
  max(lists.list_name) as list_name,
  cast(sum(list_impressions) as bigint) as list_impressions,
  cast(sum(product_impressions) as bigint) as product_impressions,
  count(*) as sessions_exposed,
  {{count_where "is_clicked"}} as sessions_with_click,
  {{count_where "is_bought"}} as sessions_with_purchase,
  {{count_where "is_bought_after_click"}} as sessions_with_purchase_after_click,
  {{safe_divide (count_where "is_clicked") "count(*)"}} as ctr_sessions,
  {{safe_divide (count_where "is_bought") "count(*)"}} as purchase_rate_on_exposure,
  {{safe_divide (count_where "is_bought_after_click") (count_where "is_clicked")}} as purchase_rate_on_click,
  cast(sum(revenue) as decimal(18, 4)) as attributed_revenue
from paired
left join {{ref "dim_item_lists"}} as lists on lists.list_id = paired.list_id
group by paired.session_date, paired.platform_id, paired.list_id

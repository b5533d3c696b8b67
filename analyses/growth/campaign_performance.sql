-- How do marketing campaigns perform in conversion and revenue?
select
  campaign_id,
  sum(sessions_exposed) as sessions_exposed,
  sum(sessions_with_purchase) as sessions_with_purchase,
  cast({{safe_divide "sum(sessions_with_purchase)" "sum(sessions_exposed)"}} as decimal(9, 4)) as conversion,
  sum(total_revenue) as total_revenue
from {{ref "vw_campaign_daily_performance_sessions"}}
group by campaign_id
order by campaign_id

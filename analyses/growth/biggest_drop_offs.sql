-- What are the core funnels, and where are the biggest drop-offs? Per platform, over all days.
select
  platform_id,
  sum(sessions) as sessions,
  sum(sessions_with_view) as with_view,
  sum(sessions_with_checkout) as with_checkout,
  sum(sessions_with_purchase) as with_purchase,
  cast({{safe_divide "sum(sessions_with_view_and_checkout)" "sum(sessions_with_view)"}} as decimal(9, 4)) as view_to_checkout,
  cast({{safe_divide "sum(sessions_with_checkout_and_purchase)" "sum(sessions_with_checkout)"}} as decimal(9, 4)) as checkout_to_purchase,
  cast({{safe_divide "sum(sessions_with_purchase)" "sum(sessions)"}} as decimal(9, 4)) as conversion
from {{ref "vw_platform_daily_performance_sessions"}}
group by platform_id
order by platform_id

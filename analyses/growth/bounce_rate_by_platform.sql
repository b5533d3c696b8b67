-- What is the bounce rate of sessions?
select
  platform_id,
  sum(sessions) as sessions,
  sum(bounces) as bounces,
  cast({{safe_divide "sum(bounces)" "sum(sessions)"}} as decimal(9, 4)) as bounce_rate,
  cast({{safe_divide "sum(engaged_sessions)" "sum(sessions)"}} as decimal(9, 4)) as engagement_rate
from {{ref "vw_platform_daily_performance_sessions"}}
group by platform_id
order by platform_id

-- Which lists engage users the most?
select
  list_id,
  sum(sessions_exposed) as sessions_exposed,
  sum(sessions_with_click) as with_click,
  cast({{safe_divide "sum(sessions_with_click)" "sum(sessions_exposed)"}} as decimal(9, 4)) as ctr,
  cast({{safe_divide "sum(sessions_with_purchase)" "sum(sessions_exposed)"}} as decimal(9, 4)) as purchase_rate,
  sum(attributed_revenue) as attributed_revenue
from {{ref "vw_list_daily_performance_sessions"}}
group by list_id
order by ctr desc, list_id

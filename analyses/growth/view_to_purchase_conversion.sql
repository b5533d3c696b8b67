-- What is the conversion rate from product view to purchase? Of the sessions that viewed a product, those that bought it.
select
  sum(sessions_with_view) as product_views,
  sum(sessions_with_view_and_purchase) as bought_after_view,
  cast({{safe_divide "sum(sessions_with_view_and_purchase)" "sum(sessions_with_view)"}} as decimal(9, 4)) as product_conversion,
  (
    select cast({{safe_divide "sum(sessions_with_view_and_purchase)" "sum(sessions_with_view)"}} as decimal(9, 4))
    from {{ref "vw_platform_daily_performance_sessions"}}
  ) as session_conversion
from {{ref "vw_product_daily_performance_sessions"}}

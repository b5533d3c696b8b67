{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="session_date"}}

select
  session_date,
  count(*) as sessions,
  count(distinct user_id) as users,
  count(*) filter (where interactions = 1 and not has_purchase) as bounces,
  count(*) filter (where has_cart and not has_purchase) as abandoned_carts,
  sum(revenue) as revenue
from {{ref "fct_sessions"}}
where session_date in {{touched_keys "fct_sessions" key="session_date"}}
group by session_date

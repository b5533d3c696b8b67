{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="user_id"}}

with touched as (
  select
    *,
    lag(event_timestamp) over (partition by user_id order by event_timestamp, event_id) as timestamp_before
  from {{ref "fct_events"}}
  where user_id in {{touched_keys "fct_events" key="user_id"}}
),
numbered as (
  select
    *,
    sum(case when event_timestamp <= timestamp_before + interval '30 minutes' then 0 else 1 end)
      over (partition by user_id order by event_timestamp, event_id rows unbounded preceding) as session_number
  from touched
)
select
  user_id,
  session_number,
  min(event_timestamp) as session_start,
  max(event_timestamp) as session_end,
  min(event_date) as session_date,
  count(*) as interactions,
  bool_or(event_name = 'add_to_cart') as has_cart,
  bool_or(event_name = 'purchase') as has_purchase,
  sum(case when event_name = 'purchase' then price * quantity else 0 end) as revenue
from numbered
group by user_id, session_number

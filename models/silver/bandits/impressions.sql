-- One row per time an arm was shown.
select
  event_id as impression_id,
  experiment_id,
  item_id as price_id,
  event_timestamp,
  cast({{reporting_day_start "event_timestamp"}} as date) as event_date,
  cast(null as varchar) as user_id,
  cast(null as varchar) as session_id,
  'unknown' as device,
  position,
  propensity_score
from {{ref "stg_open_bandit_events"}}
union all
select
  event_id as impression_id,
  experiment_id,
  price_id,
  event_timestamp,
  cast({{reporting_day_start "event_timestamp"}} as date) as event_date,
  user_id,
  session_id,
  device,
  cast(null as bigint) as position,
  cast(null as double precision) as propensity_score
from {{ref "stg_price_events"}}
where event_name = 'impression_event'

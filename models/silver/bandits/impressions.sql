-- One row per time an arm was shown.
select
  event_id as impression_id,
  experiment_id,
  item_id as price_id,
  event_timestamp,
  cast({{reporting_day_start "event_timestamp"}} as date) as event_date,
  position,
  propensity_score
from {{ref "stg_open_bandit_events"}}

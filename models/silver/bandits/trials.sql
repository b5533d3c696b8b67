-- One row per trial, the unit that bandits learn from; without a session each impression is a trial.
with converted as (
  select distinct impression_id
  from {{ref "conversions"}}
)
select
  impressions.impression_id as trial_id,
  impressions.experiment_id,
  impressions.price_id,
  impressions.event_timestamp as trial_timestamp,
  date_trunc('hour', impressions.event_timestamp) as hour_start,
  {{reporting_day_start "impressions.event_timestamp"}} as day_start,
  1 as raw_impressions,
  case when converted.impression_id is null then 0 else 1 end as conversions,
  cast(case when converted.impression_id is null then 0 else 1 end as double precision) as reward
from {{ref "impressions"}} as impressions
left join converted on converted.impression_id = impressions.impression_id

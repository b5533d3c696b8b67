-- One row per trial, before its outcome: the impressions of one session, or user, with one arm are one; without any each is one.
with keyed as (
  select
    impressions.*,
    experiments.conversion_window_hours,
    case
      when experiments.trial_unit = 'user' and impressions.user_id is not null then 'user ' || impressions.user_id
      when experiments.trial_unit = 'session' and impressions.session_id is not null then 'session ' || impressions.session_id
      else 'impression ' || impressions.impression_id
    end as trial_key
  from {{ref "impressions"}} as impressions
  inner join {{ref "experiments"}} as experiments on experiments.experiment_id = impressions.experiment_id
),
ranked as (
  select
    keyed.*,
    count(*) over (partition by experiment_id, price_id, trial_key) as raw_impressions,
    row_number() over (
      partition by experiment_id, price_id, trial_key
      order by event_timestamp, {{by_bytes "impression_id"}}
    ) as place
  from keyed
)
select
  impression_id as trial_id,
  experiment_id,
  price_id,
  event_timestamp as trial_timestamp,
  event_timestamp + conversion_window_hours * interval '1 hour' as window_ends_at,
  user_id,
  session_id,
  device,
  segment,
  propensity_score,
  raw_impressions
from ranked
where place <= 1

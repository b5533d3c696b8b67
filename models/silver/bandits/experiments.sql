-- One row per experiment: what it decides by, and when it ran.
select
  experiment_id,
  policy,
  campaign,
  'conversion' as objective,
  'click' as conversion_type,
  'impression' as trial_unit,
  min(event_timestamp) as first_event_at,
  max(event_timestamp) as last_event_at
from {{ref "stg_open_bandit_events"}}
group by experiment_id, policy, campaign

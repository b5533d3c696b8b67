-- The usable rows of the Open Bandit file, typed: one row per impression.
select
  event_id,
  experiment_id,
  policy,
  campaign,
  item_id,
  event_timestamp,
  is_clicked,
  sequence_number,
  position,
  propensity_score
from {{ref "stg_open_bandit_checked"}}
where rejection_reason is null

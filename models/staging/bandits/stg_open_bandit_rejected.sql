-- The dead letters of the Open Bandit file: rows that cannot be used, as they came, with the reason.
select
  event_id,
  rejection_reason,
  policy,
  campaign,
  seq_text as seq,
  timestamp_text as "timestamp",
  item_id,
  position_text as position,
  click_text as click,
  propensity_text as propensity_score
from {{ref "stg_open_bandit_checked"}}
where rejection_reason is not null

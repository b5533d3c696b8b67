-- Each stretch of days in which an experiment was seen, with the variants seen in it.
{{config materialized="table"}}

with stretches as (
  {{active_stretches "experiment"}}
)
select
  {{surrogate_key (list "entity_id" "valid_from")}} as experiment_key,
  entity_id as experiment_id,
  valid_from,
  valid_to,
  is_current,
  last_seen_date,
  active_days,
  variants,
  variant_count
from stretches

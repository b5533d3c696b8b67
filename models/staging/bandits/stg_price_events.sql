-- The usable events of price experiments, one row each however often it was sent: the first that arrived.
{{config lint_off=(list "lint-partial-order")}}

with usable as (
  select *
  from {{ref "stg_price_event_log"}}
  where rejection_reason is null
),
arrived_first as (
  {{deduplicate "usable" "event_id" "processed_at, origin, _load_seq"}}
)
select
  event_id,
  event_name,
  experiment_id,
  price_id,
  event_timestamp,
  user_id,
  session_id,
  outcome,
  amount,
  device,
  selection_id,
  context,
  processed_at
from arrived_first

-- The usable events of price experiments, one row each however often it was sent: the first that arrived.
{{config lint_off=(list "lint-partial-order")}}

with ranked as (
  select
    log.*,
    row_number() over (partition by event_id order by processed_at, origin, _load_seq) as arrival
  from {{ref "stg_price_event_log"}} as log
  where rejection_reason is null
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
from ranked
where arrival = 1

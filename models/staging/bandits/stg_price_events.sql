-- The usable events of price experiments, one row each however often it was sent: the first that arrived.
{{config lint_off=(list "lint-partial-order")}}

{{!-- What is declared is asked here, not as events arrive: one that came before its experiment was declared counts from then on. --}}
with usable as (
  select
    arrived.*,
    arms.conversion_type
  from {{ref "stg_price_event_log"}} as arrived
  inner join {{ref "stg_declared_arms"}} as arms
    on arms.experiment_id = arrived.experiment_id
    and arms.price_id = arrived.price_id
  where arrived.rejection_reason is null
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
  case when event_name = 'conversion_event' then coalesce(outcome, conversion_type) end as outcome,
  amount,
  upper(coalesce(sent_currency, '{{var "reporting_currency"}}')) as currency,
  device,
  selection_id,
  context,
  processed_at
from arrived_first

-- The dead letters among the events of price experiments: those that cannot be used, as they came, with the reason.
select
  origin,
  _load_seq,
  _batch_id,
  processed_at,
  rejection_reason,
  event_name,
  experiment_id,
  price_id,
  sent_timestamp,
  user_id,
  session_id,
  sent_outcome,
  sent_amount,
  sent_currency
from {{ref "stg_price_event_log"}}
where rejection_reason is not null

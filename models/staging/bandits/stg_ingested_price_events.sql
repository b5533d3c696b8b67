-- The events of price experiments that assay has loaded, as they came.
select
  _load_seq,
  _batch_id,
  _loaded_at,
  event_id,
  event_name,
  experiment_id,
  price_id,
  event_timestamp,
  user_id,
  session_id,
  outcome,
  amount,
  currency,
  device,
  selection_id,
  context
from {{source "bandits" "price_test_events"}}

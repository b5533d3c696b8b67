-- The messages that assay ingest has loaded, of the sample or a shop's own: var(growth_messages) names the raw table.
select
  _load_seq,
  _batch_id,
  _loaded_at,
  event_id,
  event_name,
  event_timestamp,
  user_id,
  user_pseudo_id,
  platform,
  transaction_id,
  currency,
  experiment_id,
  experiment_variant,
  items
from {{source "growth" (var "growth_messages")}}

-- The messages that assay ingest has loaded; read instead of the sample when var(growth_messages) names this model.
{{config materialized="view" enabled=(eq (var "growth_messages") "stg_ingested_events")}}

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
from {{source "growth" "events"}}

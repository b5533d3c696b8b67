-- The dead letters among the messages: those that cannot be used, as they came, with the reason.
select
  _load_seq,
  _batch_id,
  processed_at,
  rejection_reason,
  sent_event_id,
  event_name,
  sent_timestamp,
  user_id,
  platform_id,
  transaction_id,
  sent_items
from {{ref "stg_event_messages"}}
where rejection_reason is not null

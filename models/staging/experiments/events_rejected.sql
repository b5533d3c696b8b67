-- The dead letters among the events of A/B tests, as they came, with the reason.
select
  rejection_reason,
  event_id,
  user_id,
  session_id,
  product_id,
  sent_event_name,
  sent_timestamp,
  sent_revenue
from {{ref "events_checked"}}
where rejection_reason is not null

-- Every product that a list showed, in its session: one row per message, list and item.
{{config materialized="view"}}

select
  event_id,
  source_event_id,
  session_id,
  user_id,
  platform_id,
  session_date,
  event_timestamp,
  list_id,
  product_id
from {{ref "silver_session_events"}}
where {{is_one_of "event_name" (var "list_events")}}
  and list_id is not null

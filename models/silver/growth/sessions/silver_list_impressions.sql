-- Every product that a list showed, in its session: one row per message, list and item.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key=(list "user_id" "platform_id")
}}

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
where (user_id, platform_id) in (
    select user_id, platform_id
    from {{touched_keys "silver_session_events" key=(list "user_id" "platform_id")}} as touched_users
  )
  and {{is_one_of "event_name" (var "list_events")}}
  and list_id is not null

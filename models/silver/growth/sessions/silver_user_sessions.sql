-- One row per session. Whether it is closed hangs on now, so it is not kept: compare closes_at.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key=(list "user_id" "platform_id")
}}

select
  session_id,
  user_id,
  platform_id,
  session_date,
  session_start,
  max(event_timestamp) as session_end,
  max(event_timestamp) + {{minutes (var "session_timeout_minutes")}} as closes_at,
  count(distinct source_event_id) as interactions,
  {{seconds_between "session_start" "max(event_timestamp)"}} as duration_seconds
from {{ref "silver_session_events"}}
where (user_id, platform_id) in (
  select user_id, platform_id
  from {{touched_keys "silver_session_events" key=(list "user_id" "platform_id")}} as touched_users
)
group by session_id, user_id, platform_id, session_date, session_start

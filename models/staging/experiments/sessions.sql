-- Visits, typed: one row per session.
with typed as (
  select
    {{trimmed "session_id"}} as session_id,
    {{trimmed "user_id"}} as user_id,
    {{event_time "session_start"}} as started_at,
    {{event_time "session_end"}} as ended_at,
    coalesce(lower({{trimmed "device"}}), 'unknown') as device
  from {{experiment_rows "sessions"}} as raw_sessions
),
ranked as (
  select
    typed.*,
    row_number() over (partition by session_id order by started_at, ended_at, {{by_bytes "user_id"}}, {{by_bytes "device"}}) as place
  from typed
  where session_id is not null
    and user_id is not null
    and started_at is not null
)
select
  session_id,
  user_id,
  started_at,
  greatest(coalesce(ended_at, started_at), started_at) as ended_at,
  device
from ranked
where place <= 1

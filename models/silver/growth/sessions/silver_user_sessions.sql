-- One row per session: of silver_session_features what says who, when and how long. Compare closes_at: closed hangs on now.
{{config materialized="view"}}

select
  session_id,
  user_id,
  platform_id,
  session_date,
  session_start,
  session_end,
  closes_at,
  interactions,
  duration_seconds
from {{ref "silver_session_features"}}

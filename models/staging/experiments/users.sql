-- Users of A/B tests, typed: one row per user, of several the first by what they say.
with typed as (
  select
    {{trimmed "user_id"}} as user_id,
    {{event_time "signup_ts"}} as signed_up_at,
    coalesce(upper({{trimmed "country"}}), 'UNKNOWN') as country,
    coalesce(lower({{trimmed "device"}}), 'unknown') as device
  from {{experiment_rows "users"}} as raw_users
),
ranked as (
  select
    typed.*,
    row_number() over (partition by user_id order by signed_up_at, {{by_bytes "country"}}, {{by_bytes "device"}}) as place
  from typed
  where user_id is not null
)
select
  user_id,
  signed_up_at,
  country,
  device
from ranked
where place <= 1

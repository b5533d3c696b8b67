-- Each event is in one session, of its user and platform, that spans it; sessions of a user on a platform lie apart.
select facts.event_id, sessions.session_id, sessions.session_start, sessions.session_end
from {{ref "fct_events"}} as facts
{{#if (var "stitch_users")}}
left join {{ref "silver_user_stitches"}} as stitches
  on stitches.anonymous_id = facts.anonymous_id
  and facts.is_anonymous
{{/if}}
left join {{ref "silver_session_events"}} as placed on placed.event_id = facts.event_id
left join {{ref "silver_user_sessions"}} as sessions on sessions.session_id = placed.session_id
where sessions.session_id is null
  or sessions.user_id <> {{#if (var "stitch_users")}}coalesce(stitches.user_id, facts.user_id){{else}}facts.user_id{{/if}}
  or sessions.platform_id <> facts.platform_id
  or facts.event_timestamp not between sessions.session_start and sessions.session_end
union all
select cast(null as varchar), session_id, session_start, session_end
from (
  select
    session_id,
    session_start,
    session_end,
    lag(session_end) over (partition by user_id, platform_id order by session_start) as end_before
  from {{ref "silver_user_sessions"}}
) as spaced
where session_start <= end_before + {{minutes (var "session_timeout_minutes")}}

-- Each event is in one session, of its user and platform, that spans it; sessions of a user on a platform lie apart.
select facts.event_id, sessions.session_id, sessions.session_start, sessions.session_end
from {{ref "fct_events"}} as facts
left join {{ref "silver_session_events"}} as placed on placed.event_id = facts.event_id
left join {{ref "silver_user_sessions"}} as sessions on sessions.session_id = placed.session_id
where sessions.session_id is null
  or sessions.user_id <> facts.user_id
  or sessions.platform_id <> facts.platform_id
  or facts.event_timestamp not between sessions.session_start and sessions.session_end

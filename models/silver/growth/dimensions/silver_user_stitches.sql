-- Whose an anonymous id was: the first user who was seen with it. Asked with var(stitch_users) only.
{{config materialized=(table_if_stitched)}}

select anonymous_id, user_id, event_timestamp as seen_at
from (
  select
    events.anonymous_id,
    events.user_id,
    events.event_timestamp,
    row_number() over (
      partition by anonymous_id
      order by event_timestamp, funnel_rank, {{by_bytes "source_event_id"}}, event_id
    ) as place
  from {{ref "fct_events"}} as events
  where anonymous_id is not null
    and not is_anonymous
) as seen
where place = 1

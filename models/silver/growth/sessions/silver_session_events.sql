-- Every event with its session. An event makes anew the sessions within var(session_timeout_minutes) of it, and no others.
{{config
  materialized=(grows_by_arrival)
  incremental_strategy="delete+insert"
  unique_key=(list "event_timestamp" "event_id")
  indexes=(looked_up_by (list (list "user_id" "platform_id" "event_timestamp") (list "session_id") (list "event_id")))
}}

{{#let kept=(session_event_columns)}}
with arrived as (
  {{arrived_events kept}}
),
{{#if (is_incremental)}}
{{!-- Sessions lie further apart than the timeout, so whatever an event joins is near the event itself. --}}
reached as (
  select distinct known.session_date, known.session_id
  from {{this}} as known
  inner join (
    {{days_within_timeout "arrived"}}
  ) as near
    on near.event_date = known.event_date
    and near.user_id = known.user_id
    and near.platform_id = known.platform_id
    and known.event_timestamp >= near.event_timestamp - {{minutes (var "session_timeout_minutes")}}
    and known.event_timestamp <= near.event_timestamp + {{minutes (var "session_timeout_minutes")}}
),
{{/if}}
touched as (
  select * from arrived
  {{#if (is_incremental)}}
  union all
  select {{join kept ", "}}
  from {{this}}
  where (session_date, session_id) in (
    {{few "reached" (list "session_date" "session_id")}}
  )
  {{/if}}
),
{{!-- Sessions are found among the moments at which something happened: fewer than rows, and narrow. --}}
moments as (
  select distinct user_id, platform_id, event_timestamp from touched
),
spaced as (
  select
    moments.*,
    lag(event_timestamp) over (partition by user_id, platform_id order by event_timestamp) as moment_before
  from moments
),
started as (
  select
    user_id,
    platform_id,
    event_timestamp,
    max(case
      when moment_before is null or event_timestamp > moment_before + {{minutes (var "session_timeout_minutes")}}
      then event_timestamp
    end) over (
      partition by user_id, platform_id
      order by event_timestamp
      rows between unbounded preceding and current row
    ) as session_start
  from spaced
),
placed as (
  select
    started.*,
    {{surrogate_key (list "user_id" "platform_id" "session_start")}} as session_id,
    {{reporting_date "session_start"}} as session_date
  from started
)
select
  placed.session_id,
  placed.session_start,
  placed.session_date,
  {{#each kept as |column|}}
  touched.{{column}}{{#unless @last}},{{/unless}}
  {{/each}}
from touched
inner join placed
  on placed.user_id = touched.user_id
  and placed.platform_id = touched.platform_id
  and placed.event_timestamp = touched.event_timestamp
{{/let}}

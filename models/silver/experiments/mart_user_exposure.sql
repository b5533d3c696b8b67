-- One row per declared A/B test and exposed user: when they first saw their variant. Who was in two variants is not here.
with assigned as (
  select
    assignments.experiment_id,
    assignments.user_id,
    min(assignments.variant) as variant,
    min(assignments.assigned_at) as assigned_at
  from {{ref "experiment_assignments"}} as assignments
  inner join {{ref "stg_declared_tests"}} as tests on tests.experiment_id = assignments.experiment_id
  group by assignments.experiment_id, assignments.user_id, tests.starts_at, tests.ends_at
  {{!-- Two variants are two, also when one of them was before the start. --}}
  {{!-- One: Postgres takes "= 1" for one group in two hundred, and loops over what is joined to them. --}}
  having count(*) < 2
    and (tests.starts_at is null or min(assignments.assigned_at) >= tests.starts_at)
    and (tests.ends_at is null or min(assignments.assigned_at) < tests.ends_at)
),
exposing as (
  select
    assigned.experiment_id,
    assigned.user_id,
    assigned.variant,
    assigned.assigned_at,
    events.event_timestamp as exposed_at,
    events.session_id,
    row_number() over (
      partition by assigned.experiment_id, assigned.user_id
      order by events.event_timestamp, {{by_bytes "events.event_id"}}
    ) as place
  from assigned
  inner join {{ref "stg_declared_tests"}} as tests on tests.experiment_id = assigned.experiment_id
  inner join {{ref "events_clean"}} as events
    on events.user_id = assigned.user_id
    and events.event_name = tests.exposure_event
    and events.event_timestamp >= assigned.assigned_at
)
select
  exposing.experiment_id,
  exposing.user_id,
  exposing.variant,
  variants.is_control,
  exposing.assigned_at,
  exposing.exposed_at,
  exposing.exposed_at + tests.outcome_window_days * interval '1 day' as window_ends_at,
  exposing.exposed_at + tests.outcome_window_days * interval '1 day' <= clock.as_of as is_mature,
  exposing.exposed_at + interval '14 days' <= clock.as_of as is_mature_for_retention,
  coalesce(sessions.device, users.device, 'unknown') as device,
  coalesce(users.country, 'UNKNOWN') as country
from exposing
inner join {{ref "stg_declared_tests"}} as tests on tests.experiment_id = exposing.experiment_id
inner join {{ref "stg_declared_variants"}} as variants
  on variants.experiment_id = exposing.experiment_id
  and variants.variant = exposing.variant
cross join {{ref "experiment_clock"}} as clock
left join {{ref "sessions"}} as sessions on sessions.session_id = exposing.session_id
left join {{ref "users"}} as users on users.user_id = exposing.user_id
where exposing.place <= 1

-- One row per declared A/B test: how many of the planned users are in its results, and whether a verdict may be given.
with counted as (
  select
    tests.experiment_id,
    tests.planned_users,
    tests.ends_at,
    clock.as_of,
    count(case when exposure.is_mature then 1 end) as users,
    count(case when not exposure.is_mature then 1 end) as immature_users
  from {{ref "stg_declared_tests"}} as tests
  cross join {{ref "experiment_clock"}} as clock
  left join {{ref "mart_user_exposure"}} as exposure on exposure.experiment_id = tests.experiment_id
  group by tests.experiment_id, tests.planned_users, tests.ends_at, clock.as_of
)
select
  experiment_id,
  planned_users,
  users,
  immature_users,
  {{!-- Whose end is over and whose windows are will not grow any more. --}}
  planned_users is null
  or users >= planned_users
  or (coalesce(ends_at <= as_of, false) and immature_users = 0) as is_final
from counted

-- Whether each experiment can be believed: one row per check.
with exposed as (
  select
    variants.experiment_id,
    variants.variant,
    variants.share,
    count(exposure.user_id) as users
  from {{ref "stg_declared_variants"}} as variants
  left join {{ref "mart_user_exposure"}} as exposure
    on exposure.experiment_id = variants.experiment_id
    and exposure.variant = variants.variant
  group by variants.experiment_id, variants.variant, variants.share
),
assigned as (
  select
    variants.experiment_id,
    variants.variant,
    variants.share,
    count(assignments.user_id) as users
  from {{ref "stg_declared_variants"}} as variants
  left join {{ref "experiment_assignments"}} as assignments
    on assignments.experiment_id = variants.experiment_id
    and assignments.variant = variants.variant
  group by variants.experiment_id, variants.variant, variants.share
),
counted as (
  select experiment_id, variant, cast(1 as double precision) as share, users
  from {{ref "stg_experiment_counts"}}
  union all
  select experiment_id, variant, share, users
  from exposed
),
exposed_split as (
  {{srm_test "counted" keys=(list "experiment_id") variant="variant" users="users" share="share"}}
),
assigned_split as (
  {{srm_test "assigned" keys=(list "experiment_id") variant="variant" users="users" share="share"}}
),
crossed as (
  select
    tests.experiment_id,
    count(crossing.user_id) as users,
    max(everyone.users) as assigned_users
  from {{ref "stg_declared_tests"}} as tests
  left join (
    select experiment_id, count(distinct user_id) as users
    from {{ref "experiment_assignments"}}
    group by experiment_id
  ) as everyone on everyone.experiment_id = tests.experiment_id
  left join (
    select experiment_id, user_id
    from {{ref "experiment_assignments"}}
    group by experiment_id, user_id
    having count(*) > 1
  ) as crossing on crossing.experiment_id = tests.experiment_id
  group by tests.experiment_id
)
select
  experiment_id,
  'srm' as check_name,
  statistic,
  p_value,
  passed,
  message
from exposed_split
union all
select
  experiment_id,
  'srm_assigned' as check_name,
  statistic,
  p_value,
  passed,
  message
from assigned_split
union all
select
  experiment_id,
  'crossover' as check_name,
  cast(users as double precision) as statistic,
  cast(null as double precision) as p_value,
  {{!-- A few come of a changed cookie; many say that the assignment does not stick. --}}
  users <= 0.01 * coalesce(assigned_users, 0) as passed,
  case when users > 0 then 'users in two variants: left out of the results' end as message
from crossed
union all
select
  experiment_id,
  'immature' as check_name,
  cast(immature_users as double precision) as statistic,
  cast(null as double precision) as p_value,
  true as passed,
  case when immature_users > 0 then 'users whose outcome window is open: left out of the results' end as message
from {{ref "experiment_progress"}}
union all
select
  experiment_id,
  'planned_n' as check_name,
  cast(users as double precision) as statistic,
  cast(null as double precision) as p_value,
  case when planned_users is not null then is_final end as passed,
  case
    when planned_users is null
    then 'planned_n is not declared: a verdict that is looked for every day is wrong more often than its level says'
    when not is_final
    then cast(planned_users as varchar) || ' users are planned: no verdict before, unless the always-valid interval leaves out 0'
    when users < planned_users
    then 'it has ended before ' || cast(planned_users as varchar) || ' users, as planned, were there'
  end as message
from {{ref "experiment_progress"}}

-- Each variant against its control as it stood at the end of each day: the lift so far, and the always-valid interval that may be read every day.
{{config materialized="table" lint_off=(list "lint-partial-order")}}

with variants as (
  select distinct experiment_id, metric, test, variant, is_control
  from {{ref "experiment_day_sums"}}
),
days as (
  select distinct experiment_id, metric, look
  from {{ref "experiment_day_sums"}}
),
{{!-- A day without a new user in a variant is a look at what there was. --}}
so_far as (
  select
    variants.experiment_id,
    variants.metric,
    variants.test,
    variants.variant,
    variants.is_control,
    days.look,
    {{#each (list "users" "numerator" "denominator" "numerator_squares" "products" "denominator_squares") as |column|}}
    sum(sums.{{column}}) over until_then as {{column}}{{#unless @last}},{{/unless}}
    {{/each}}
  from variants
  inner join days
    on days.experiment_id = variants.experiment_id
    and days.metric = variants.metric
  left join {{ref "experiment_day_sums"}} as sums
    on sums.experiment_id = variants.experiment_id
    and sums.metric = variants.metric
    and sums.variant = variants.variant
    and sums.look = days.look
  window until_then as (
    partition by variants.experiment_id, variants.metric, variants.variant
    order by days.look
    rows unbounded preceding
  )
),
{{!-- A mean is a ratio whose denominator is 1 for each user. --}}
valued as (
  select
    so_far.*,
    {{safe_divide "numerator" "denominator"}} as value
  from so_far
  {{fence}}
),
measured as (
  select
    valued.*,
    {{!-- Sum over users of (numerator - value * denominator)^2, whose mean is 0. --}}
    greatest(numerator_squares - 2e0 * value * products + value * value * denominator_squares, 0e0)
    {{!-- A proportion's variance is p (1 - p), as in its test. --}}
    / nullif(case when test = 'proportion' then users else users - 1 end, 0)
    / nullif(denominator / users * (denominator / users) * users, 0e0) as square
  from valued
  {{fence}}
),
compared as (
  select
    treated.experiment_id,
    treated.metric,
    treated.variant,
    treated.look,
    cast(control.users as bigint) as control_users,
    control.value as control_value,
    cast(treated.users as bigint) as users,
    treated.value,
    treated.value - control.value as lift,
    sqrt(treated.square + control.square) as std_error,
    tests.planned_users * (treated_share.share + control_share.share) as planned_users
  from measured as treated
  inner join measured as control
    on control.experiment_id = treated.experiment_id
    and control.metric = treated.metric
    and control.look = treated.look
    and control.is_control
  inner join {{ref "stg_declared_tests"}} as tests on tests.experiment_id = treated.experiment_id
  inner join {{ref "stg_declared_variants"}} as treated_share
    on treated_share.experiment_id = treated.experiment_id
    and treated_share.variant = treated.variant
  inner join {{ref "stg_declared_variants"}} as control_share
    on control_share.experiment_id = control.experiment_id
    and control_share.variant = control.variant
  where not treated.is_control
    {{!-- Before, a standard error is no more than a guess: looks begin here. --}}
    and least(treated.users, control.users) >= 100
    and (treated.test <> 'proportion' or least(treated.numerator, control.numerator) >= 10)
),
{{!-- The error at the planned end is fixed at the first look, so that later rows cannot choose it. --}}
planned as (
  select
    compared.*,
    first_value(std_error * sqrt((control_users + users) / nullif(planned_users, 0e0))) over (
      partition by experiment_id, metric, variant
      order by look
    ) as planned_std_error
  from compared
),
intervals as (
  {{sequential_interval "planned"
    keys=(list "experiment_id" "metric" "variant")
    look="look"
    estimate="lift"
    std_error="std_error"
    planned_std_error="planned_std_error"
    tau_ratio=(var "sequential_tau_ratio")
    level=(var "confidence_level")}}
)
select
  planned.experiment_id,
  planned.metric,
  planned.variant,
  planned.look,
  planned.control_users,
  planned.control_value,
  planned.users,
  planned.value,
  planned.lift,
  planned.std_error,
  intervals.look_low,
  intervals.look_high,
  intervals.ci_low,
  intervals.ci_high,
  intervals.p_value,
  case
    when planned.planned_users is null then 'planned_n is not declared'
    else intervals.message
  end as message
from planned
inner join intervals
  on intervals.experiment_id = planned.experiment_id
  and intervals.metric = planned.metric
  and intervals.variant = planned.variant
  and intervals.look = planned.look

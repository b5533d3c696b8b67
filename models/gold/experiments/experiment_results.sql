-- Each variant of each experiment against its control, by metric and segment: the lift, its interval, its p-value, and what they say.
{{config materialized="table"}}

{{!-- One family per experiment, metric and dimension: its variants, and the values of the segment. Guardrails are none. --}}
with families as (
  select tested.*
  from {{ref "experiment_tests"}} as tested
  where not {{is_guardrail "tested"}}
),
adjusted as (
  {{adjust_p_values "families"
    keys=(list "experiment_id" "metric" "segment_dimension")
    p_value="p_value"
    method="holm"
    labels=(list "segment" "variant")}}
),
{{!-- What may be said before the planned users are there: the last look, whose interval holds whenever it is read. --}}
last_looks as (
  select looks.*
  from {{ref "experiment_looks"}} as looks
  inner join (
    select experiment_id, metric, variant, max(look) as look
    from {{ref "experiment_looks"}}
    group by experiment_id, metric, variant
  ) as latest
    on latest.experiment_id = looks.experiment_id
    and latest.metric = looks.metric
    and latest.variant = looks.variant
    and latest.look = looks.look
  inner join {{ref "experiment_progress"}} as progress
    on progress.experiment_id = looks.experiment_id
    and not progress.is_final
),
looked as (
  select last_looks.*
  from last_looks
  where not {{is_guardrail "last_looks"}}
),
looks_adjusted as (
  {{adjust_p_values "looked"
    keys=(list "experiment_id" "metric")
    p_value="p_value"
    method="holm"
    labels=(list "variant")}}
),
judged as (
  select
    tested.*,
    adjusted.p_value_adjusted,
    interactions.p_value as interaction_p_value,
    interactions.p_value_adjusted as interaction_p_value_adjusted,
    last_looks.ci_low as sequential_ci_low,
    last_looks.ci_high as sequential_ci_high,
    last_looks.p_value as sequential_p_value,
    looks_adjusted.p_value_adjusted as sequential_p_value_adjusted,
    progress.users as users_so_far,
    progress.planned_users,
    coalesce(progress.is_final, true) as is_final,
    coalesce(directions.better, 'higher') as better
  from {{ref "experiment_tests"}} as tested
  left join {{ref "stg_compared_metrics"}} as directions on directions.metric = tested.metric
  left join {{ref "experiment_progress"}} as progress on progress.experiment_id = tested.experiment_id
  left join adjusted
    on adjusted.experiment_id = tested.experiment_id
    and adjusted.metric = tested.metric
    and adjusted.segment = tested.segment
    and adjusted.variant = tested.variant
  left join {{ref "experiment_interactions"}} as interactions
    on interactions.experiment_id = tested.experiment_id
    and interactions.metric = tested.metric
    and interactions.segment_dimension = tested.segment_dimension
    and interactions.variant = tested.variant
  left join last_looks
    on last_looks.experiment_id = tested.experiment_id
    and last_looks.metric = tested.metric
    and last_looks.variant = tested.variant
    and tested.segment_dimension = 'all'
  left join looks_adjusted
    on looks_adjusted.experiment_id = tested.experiment_id
    and looks_adjusted.metric = tested.metric
    and looks_adjusted.variant = tested.variant
    and tested.segment_dimension = 'all'
),
{{!-- By the p-value of the plan once its users are there; before, by the one that may be read every day, if it is decided. --}}
decided as (
  select
    judged.*,
    case
      when is_final then coalesce(p_value_adjusted, p_value)
      when coalesce(sequential_p_value_adjusted, sequential_p_value) <= 1 - {{var "confidence_level"}}
      then coalesce(sequential_p_value_adjusted, sequential_p_value)
    end as deciding_p_value
  from judged
)
select
  experiment_id,
  metric,
  segment,
  segment_dimension,
  segment_value,
  test,
  variant,
  control_users,
  control_conversions,
  control_rate,
  users,
  conversions,
  rate,
  control_mean,
  control_variance,
  mean,
  variance,
  control_numerator,
  control_denominator,
  control_ratio,
  numerator,
  denominator,
  ratio,
  lift,
  relative_lift,
  std_error,
  z,
  t,
  df,
  p_value,
  p_value_adjusted,
  ci_low,
  ci_high,
  sequential_ci_low,
  sequential_ci_high,
  sequential_p_value,
  sequential_p_value_adjusted,
  interaction_p_value,
  interaction_p_value_adjusted,
  case
    when message is not null or {{too_few_to_judge}} or deciding_p_value is null then null
    when deciding_p_value > 1 - {{var "confidence_level"}} then 'inconclusive'
    when (lift > 0) = (better = 'higher') then 'better'
    else 'worse'
  end as verdict,
  case
    when message is not null then message
    when least(users, control_users) < 100 then 'no verdict: under 100 users in a variant'
    when {{too_few_to_judge}} then 'no verdict: under 10 conversions in a variant'
    when deciding_p_value is null
    then 'no verdict yet: ' || cast(users_so_far as varchar) || ' of ' || cast(planned_users as varchar) || ' planned users'
  end as message
from decided

-- Each variant of each experiment against its control, by metric and segment: the lift, its interval, its p-value.
{{config materialized="table" lint_off=(list "lint-partial-order")}}

{{#let groups=(list "experiment_id" "metric" "segment" "segment_dimension" "segment_value")}}
with proportions as (
  {{two_proportion_test (ref "experiment_proportions")
    keys=groups variant="variant" control="is_control" users="users" conversions="conversions"
    level=(var "confidence_level")}}
),
means as (
  {{welch_test (ref "experiment_means")
    keys=groups variant="variant" control="is_control" users="users" mean="mean" variance="variance"
    level=(var "confidence_level")}}
),
ratios as (
  {{ratio_metric_test (ref "experiment_ratios")
    keys=groups variant="variant" control="is_control" unit="user_id" numerator="numerator" denominator="denominator"
    level=(var "confidence_level")}}
),
tested as (
  {{#each (list "proportions" "means" "ratios") as |kind|}}
  select
    experiment_id,
    metric,
    segment,
    segment_dimension,
    segment_value,
    {{#if (eq kind "proportions")}}'two_proportion'{{else if (eq kind "means")}}'welch'{{else}}'ratio'{{/if}} as test,
    variant,
    control_users,
    {{#if (eq kind "proportions")}}control_conversions{{else}}cast(null as bigint){{/if}} as control_conversions,
    {{#if (eq kind "proportions")}}control_rate{{else}}cast(null as double precision){{/if}} as control_rate,
    users,
    {{#if (eq kind "proportions")}}conversions{{else}}cast(null as bigint){{/if}} as conversions,
    {{#if (eq kind "proportions")}}rate{{else}}cast(null as double precision){{/if}} as rate,
    {{#each (list "control_mean" "control_variance" "mean" "variance") as |column|}}
    {{#if (eq kind "means")}}{{column}}{{else}}cast(null as double precision){{/if}} as {{column}},
    {{/each}}
    {{#each (list "control_numerator" "control_denominator" "control_ratio" "numerator" "denominator" "ratio") as |column|}}
    {{#if (eq kind "ratios")}}{{column}}{{else}}cast(null as double precision){{/if}} as {{column}},
    {{/each}}
    lift,
    relative_lift,
    {{#if (eq kind "proportions")}}cast(null as double precision){{else}}std_error{{/if}} as std_error,
    {{#if (eq kind "means")}}cast(null as double precision){{else}}z{{/if}} as z,
    {{#if (eq kind "means")}}t{{else}}cast(null as double precision){{/if}} as t,
    {{#if (eq kind "means")}}df{{else}}cast(null as double precision){{/if}} as df,
    p_value,
    ci_low,
    ci_high,
    message
  from {{kind}}
  {{#unless @last}}union all{{/unless}}
  {{/each}}
),
{{!-- One family per experiment, metric and dimension: its variants, and the values of the segment. Guardrails are none. --}}
families as (
  select tested.*
  from tested
  where not exists (
    select 1
    from {{ref "stg_declared_guardrails"}} as guardrails
    where guardrails.experiment_id = tested.experiment_id
      and guardrails.metric = tested.metric
  )
),
adjusted as (
  {{adjust_p_values "families"
    keys=(list "experiment_id" "metric" "segment_dimension")
    p_value="p_value"
    method="holm"
    labels=(list "segment" "variant")}}
)
select
  tested.experiment_id,
  tested.metric,
  tested.segment,
  tested.segment_dimension,
  tested.segment_value,
  tested.test,
  tested.variant,
  tested.control_users,
  tested.control_conversions,
  tested.control_rate,
  tested.users,
  tested.conversions,
  tested.rate,
  tested.control_mean,
  tested.control_variance,
  tested.mean,
  tested.variance,
  tested.control_numerator,
  tested.control_denominator,
  tested.control_ratio,
  tested.numerator,
  tested.denominator,
  tested.ratio,
  tested.lift,
  tested.relative_lift,
  tested.std_error,
  tested.z,
  tested.t,
  tested.df,
  tested.p_value,
  adjusted.p_value_adjusted,
  tested.ci_low,
  tested.ci_high,
  case
    when tested.message is not null or {{too_few_to_judge}} then null
    when coalesce(adjusted.p_value_adjusted, tested.p_value) > 1 - {{var "confidence_level"}} then 'inconclusive'
    when (tested.lift > 0) = (coalesce(directions.better, 'higher') = 'higher') then 'better'
    else 'worse'
  end as verdict,
  case
    when tested.message is not null then tested.message
    when least(tested.users, tested.control_users) < 100 then 'no verdict: under 100 users in a variant'
    when {{too_few_to_judge}} then 'no verdict: under 10 conversions in a variant'
  end as message
from tested
left join {{ref "stg_compared_metrics"}} as directions on directions.metric = tested.metric
left join adjusted
  on adjusted.experiment_id = tested.experiment_id
  and adjusted.metric = tested.metric
  and adjusted.segment = tested.segment
  and adjusted.variant = tested.variant
{{/let}}

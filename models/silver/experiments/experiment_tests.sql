-- Each variant of each experiment against its control, by metric and segment: the test that the metric is compared by.

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
)
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
  {{#if (eq kind "proportions")}}
  case when lift is not null then sqrt(rate * (1e0 - rate) / users + control_rate * (1e0 - control_rate) / control_users) end
  {{else}}
  std_error
  {{/if}} as std_error,
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
{{/let}}

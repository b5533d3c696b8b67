-- Means adjusted by what was known of each user before the exposure (CUPED): the same lift with less noise.
{{config materialized="table"}}

{{#each (metrics_compared_as "mean") as |metric|}}
{{#if metric.experiment.covariate}}
select
  experiment_id,
  {{string_literal metric.experiment.name}} as metric,
  variant,
  control_users,
  control_mean,
  control_adjusted_mean,
  users,
  mean,
  adjusted_mean,
  theta,
  variance_reduction,
  lift,
  relative_lift,
  std_error,
  t,
  df,
  p_value,
  ci_low,
  ci_high,
  message
from (
  {{cuped
    (concat "(select * from " (ref "mart_user_outcomes") " as outcomes where is_mature and " (compares_metric metric.name) ")")
    keys=(list "experiment_id")
    variant="variant"
    control="is_control"
    value=metric.expr
    covariate=metric.experiment.covariate
    level=(var "confidence_level")}}
) as adjusted
union all
{{/if}}
{{/each}}
select
  cast(null as varchar),
  cast(null as varchar),
  cast(null as varchar),
  cast(null as bigint),
  {{#each (range 2)}}
  cast(null as double precision),
  {{/each}}
  cast(null as bigint),
  {{#each (range 12)}}
  cast(null as double precision),
  {{/each}}
  cast(null as varchar)
where 1 = 0

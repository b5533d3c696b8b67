-- Logistic regressions of purchase. `association` has events_in_window, which follows the treatment, so it is no effect; `effect` knows the time before only.
{{config materialized="table"}}

with units as (
  select
    experiment_id,
    purchased,
    case when is_control then 0 else 1 end as is_treatment,
    events_in_window,
    events_before
  from {{ref "mart_user_outcomes"}}
  where is_mature
)
{{#each (dict association="events_in_window" effect="events_before") as |covariate model|}}
select
  experiment_id,
  '{{model}}' as model,
  term,
  coefficient,
  std_error,
  z,
  p_value,
  odds_ratio,
  ci_low,
  ci_high,
  converged,
  message
from (
  {{logistic_regression "units"
    keys=(list "experiment_id")
    outcome="purchased"
    covariates=(list "is_treatment" covariate)
    level=(var "confidence_level")}}
) as fitted
{{#unless @last}}union all{{/unless}}
{{/each}}

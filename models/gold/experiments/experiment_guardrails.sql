-- Whether a variant hurts what it must not: harmed, safe or inconclusive, by the interval of the relative change.
with compared as (
  select
    results.experiment_id,
    results.metric,
    results.variant,
    guardrails.better,
    guardrails.margin,
    coalesce(results.control_rate, results.control_mean, results.control_ratio) as control_value,
    coalesce(results.rate, results.mean, results.ratio) as value,
    results.relative_lift,
    {{!-- Until the planned users are there it is looked at every day, so the interval is one that may be. --}}
    case when progress.is_final then results.ci_low else results.sequential_ci_low end as ci_low,
    case when progress.is_final then results.ci_high else results.sequential_ci_high end as ci_high,
    case when progress.is_final then 'fixed' else 'sequential' end as interval_kind,
    {{!-- What has no verdict as a metric may have one as a guardrail. --}}
    case when results.lift is null then results.message end as message
  from {{ref "experiment_results"}} as results
  inner join {{ref "stg_declared_guardrails"}} as guardrails
    on guardrails.experiment_id = results.experiment_id
    and guardrails.metric = results.metric
  inner join {{ref "experiment_progress"}} as progress on progress.experiment_id = results.experiment_id
  where results.segment = 'all'
),
{{!-- The change to the good side, as a share of the control's value. --}}
turned as (
  select
    compared.*,
    {{safe_divide "case when better = 'higher' then ci_low else -ci_high end" "abs(control_value)"}} as gain_low,
    {{safe_divide "case when better = 'higher' then ci_high else -ci_low end" "abs(control_value)"}} as gain_high
  from compared
)
select
  experiment_id,
  metric,
  variant,
  better,
  margin,
  control_value,
  value,
  relative_lift,
  gain_low,
  gain_high,
  interval_kind,
  case
    when gain_low is null or gain_high is null then 'inconclusive'
    when gain_high < -margin then 'harmed'
    when gain_low > -margin then 'safe'
    else 'inconclusive'
  end as verdict,
  case
    when message is not null then message
    when ci_low is null then 'no interval yet: under 100 users, or 10 conversions, in a variant'
    when gain_low is null then 'the control has no value to compare with'
  end as message
from turned

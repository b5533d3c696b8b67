-- What came of each A/B test, over all users: the metrics it decides by, then its guardrails.
select
  experiment_id,
  metric,
  variant,
  control_users + users as users,
  cast(coalesce(control_rate, control_mean, control_ratio) as decimal(12, 4)) as control,
  cast(coalesce(rate, mean, ratio) as decimal(12, 4)) as treated,
  cast(lift as decimal(12, 4)) as lift,
  cast(ci_low as decimal(12, 4)) as ci_low,
  cast(ci_high as decimal(12, 4)) as ci_high,
  cast(p_value as decimal(12, 4)) as p_value,
  coalesce(verdict, message) as verdict
from {{ref "experiment_results"}}
where segment = 'all'
order by
  experiment_id,
  case when p_value_adjusted is null then 1 else 0 end,
  metric,
  variant

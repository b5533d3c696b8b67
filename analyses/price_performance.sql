-- What each price of the declared price experiments earned: per trial, and in all.
select
  totals.experiment_id,
  totals.price_id,
  totals.impressions as trials,
  totals.conversions,
  cast(totals.conversion_rate as decimal(9, 4)) as rate,
  totals.revenue,
  cast(totals.mean_reward as decimal(9, 4)) as revenue_per_trial
from {{ref "aggregates_total"}} as totals
inner join {{ref "experiments"}} as experiments on experiments.experiment_id = totals.experiment_id
where experiments.origin = 'declared'
order by totals.experiment_id, revenue_per_trial desc, totals.price_id

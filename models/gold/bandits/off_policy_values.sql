-- What another policy would have earned on the choices that were logged: the uniform one, for each experiment with propensities.
with logged as (
  select
    trials.experiment_id,
    trials.reward,
    impressions.propensity_score as propensity,
    1e0 / arms.arms as target_propensity
  from {{ref "trials"}} as trials
  inner join {{ref "impressions"}} as impressions on impressions.impression_id = trials.trial_id
  inner join (
    select experiment_id, cast(count(*) as double precision) as arms
    from {{ref "bandits"}}
    group by experiment_id
  ) as arms on arms.experiment_id = trials.experiment_id
  where impressions.propensity_score is not null
)
select
  experiment_id,
  'uniform' as target_policy,
  n,
  ips,
  ips_se,
  snips,
  snips_se,
  ess,
  message
from (
  {{off_policy_value "logged"
    keys=(list "experiment_id")
    reward="reward"
    propensity="propensity"
    target_propensity="target_propensity"}}
) as estimated

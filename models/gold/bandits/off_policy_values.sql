-- What another policy would have earned on the choices that were logged: the uniform one, and Thompson sampling where it was replayed.
with arms as (
  select experiment_id, cast(count(*) as double precision) as arms
  from {{ref "bandits"}}
  group by experiment_id
),
logged as (
  select
    trials.experiment_id,
    'uniform' as target_policy,
    trials.reward,
    trials.propensity_score as propensity,
    1e0 / arms.arms as target_propensity
  from {{ref "trials"}} as trials
  inner join arms on arms.experiment_id = trials.experiment_id
  where trials.propensity_score is not null
    {{!-- NULL, where it earned money of unknown worth. --}}
    and trials.reward is not null
  union all
  {{!-- Of what was logged until the day before a choice: no row judges a policy that has learned from it. --}}
  select
    experiment_id,
    'thompson' as target_policy,
    cast(reward as double precision) as reward,
    logged_propensity as propensity,
    logged_arm_weight as target_propensity
  from {{ref "replayed_choices"}}
  where logged_propensity is not null
)
select
  experiment_id,
  target_policy,
  n,
  ips,
  ips_se,
  snips,
  snips_se,
  ess,
  message
from (
  {{off_policy_value "logged"
    keys=(list "experiment_id" "target_policy")
    reward="reward"
    propensity="propensity"
    target_propensity="target_propensity"}}
) as estimated

-- One row: the id of what is known and allowed now, by which posteriors and weights are published.
{{config materialized="table"}}

{{!--
  Ordered by hash, since the order of texts is not the same in every database. The last digits of a sum of doubles hang
  on the order of its rows, so nine behind the point are looked at.
--}}
with hashed_arms as (
  select {{surrogate_key (list
    "bandits.experiment_id" "inputs.segment" "bandits.price_id" "bandits.planned_share" "states.stock" "states.budget"
    "states.experiment_state" "states.unavailable_because" "states.actions"
    "experiments.holdout_share" "experiments.min_share" "experiments.min_conversion_rate"
    "inputs.deciding_model" "inputs.sale_value" "inputs.trials" "inputs.successes"
    "inputs.prior_alpha" "inputs.prior_beta" "inputs.prior_kappa" "inputs.prior_gamma_alpha"
    "cast(inputs.effective_trials as numeric(38, 9))" "cast(inputs.effective_successes as numeric(38, 9))"
    "cast(inputs.effective_rewards as numeric(38, 9))"
    "cast(inputs.mean_reward as numeric(38, 9))" "cast(inputs.variance as numeric(38, 9))"
    "cast(inputs.empirical_alpha as numeric(38, 9))" "cast(inputs.prior_mean as numeric(38, 9))"
    "cast(inputs.prior_gamma_beta as numeric(38, 9))")}} as arm_hash
  from {{ref "bandits"}} as bandits
  inner join {{ref "experiments"}} as experiments on experiments.experiment_id = bandits.experiment_id
  inner join {{ref "bandit_arm_states"}} as states
    on states.experiment_id = bandits.experiment_id
    and states.price_id = bandits.price_id
  left join {{ref "bandit_arm_inputs"}} as inputs
    on inputs.experiment_id = bandits.experiment_id
    and inputs.price_id = bandits.price_id
),
counts as (
  select string_agg(arm_hash, '' order by arm_hash) as arm_hashes
  from hashed_arms
)
select
  clock.as_of,
  {{hash (concat "concat_ws('|', clock.as_of, counts.arm_hashes, '" (var "credible_level" 0.95) "')")}} as snapshot_id
from {{ref "bandit_clock"}} as clock
cross join counts

-- The share with which each arm is drawn next, and how far the experiment is: what /bandits/select draws from and logs.
{{config materialized="table"}}

{{!-- From what was recorded, so that a share can be drawn from only when it is in the history. --}}
select
  shares.snapshot_id,
  shares.as_of,
  shares.experiment_id,
  shares.price_id,
  shares.model,
  shares.trials,
  shares.successes,
  shares.posterior_mean,
  shares.prob_best,
  shares.expected_loss,
  shares.weight,
  shares.is_available,
  shares.is_leading,
  shares.status,
  shares.message,
  shares.segment,
  states.experiment_state as state,
  states.units,
  states.stock,
  states.spent,
  states.budget
from {{ref "bandit_weight_snapshots"}} as shares
left join {{ref "bandit_arm_states"}} as states
  on states.experiment_id = shares.experiment_id
  and states.price_id = shares.price_id
where shares.publication = (select max(latest.publication) from {{ref "bandit_weight_snapshots"}} as latest)
  {{!-- Where no arm is declared or logged any more nothing is published. --}}
  and exists (select 1 from {{ref "bandit_weights_now"}} as known)

-- The share of each arm as of now, of all trials and of each segment: the next publication of bandit_weight_snapshots.
{{config materialized="table"}}

with clock as (
  select * from {{ref "bandit_snapshot"}}
),
{{!-- An experiment that nobody has seen yet has shares too: those over all trials. --}}
groups as (
  select experiment_id, '' as segment
  from {{ref "experiments"}}
  union
  select experiment_id, segment
  from {{ref "bandit_arm_inputs"}}
),
arms as (
  select
    bandits.experiment_id,
    groups.segment,
    bandits.price_id,
    bandits.planned_share,
    experiments.holdout_share,
    experiments.min_share,
    experiments.min_conversion_rate,
    inputs.deciding_model,
    coalesce(inputs.trials, 0) as trials,
    coalesce(inputs.successes, 0) as successes,
    states.unavailable_because
  from {{ref "bandits"}} as bandits
  inner join {{ref "experiments"}} as experiments on experiments.experiment_id = bandits.experiment_id
  inner join groups on groups.experiment_id = bandits.experiment_id
  inner join {{ref "bandit_arm_states"}} as states
    on states.experiment_id = bandits.experiment_id
    and states.price_id = bandits.price_id
  left join {{ref "bandit_arm_inputs"}} as inputs
    on inputs.experiment_id = bandits.experiment_id
    and inputs.segment = groups.segment
    and inputs.price_id = bandits.price_id
),
known as (
  select
    arms.*,
    posterior.model,
    posterior.posterior_mean,
    posterior.prob_best,
    posterior.expected_loss,
    coalesce(arms.unavailable_because, case
      when rates.ci_high < arms.min_conversion_rate then 'its conversion rate is below the limit'
    end) as closed_because
  from arms
  left join {{ref "posterior_now"}} as posterior
    on posterior.experiment_id = arms.experiment_id
    and posterior.segment = arms.segment
    and posterior.price_id = arms.price_id
    and posterior.model = arms.deciding_model
  left join {{ref "posterior_now"}} as rates
    on rates.experiment_id = arms.experiment_id
    and rates.segment = arms.segment
    and rates.price_id = arms.price_id
    and rates.model = 'bernoulli'
),
weighted as (
  {{bandit_weights "known"
    keys=(list "experiment_id" "segment")
    arm="price_id"
    prob_best="prob_best"
    min_share="min_share"
    holdout_share="holdout_share"
    holdout="coalesce(planned_share, 1e0)"
    available="closed_because is null"}}
),
first_trials as (
  select experiment_id, '' as segment, price_id, min(trial_timestamp) as first_trial_at
  from {{ref "trials"}}
  group by experiment_id, price_id
  union all
  select experiment_id, segment, price_id, min(trial_timestamp) as first_trial_at
  from {{ref "trials"}}
  where segment <> ''
  group by experiment_id, segment, price_id
),
judged as (
  select
    known.*,
    coalesce(weighted.weight, 0e0) as weight,
    coalesce(known.closed_because, weighted.message) as message,
    min(known.trials) over whole as least_trials,
    max(first_trials.first_trial_at) over whole as last_first_trial_at,
    row_number() over (
      partition by known.experiment_id, known.segment
      order by known.expected_loss nulls last, {{by_bytes "known.price_id"}}
    ) as place
  from known
  inner join weighted
    on weighted.experiment_id = known.experiment_id
    and weighted.segment = known.segment
    and weighted.arm = known.price_id
  left join first_trials
    on first_trials.experiment_id = known.experiment_id
    and first_trials.segment = known.segment
    and first_trials.price_id = known.price_id
  window whole as (partition by known.experiment_id, known.segment)
)
select
  clock.snapshot_id,
  clock.as_of,
  judged.experiment_id,
  judged.segment,
  judged.price_id,
  judged.model,
  judged.trials,
  judged.successes,
  judged.posterior_mean,
  judged.prob_best,
  judged.expected_loss,
  judged.weight,
  judged.closed_because is null as is_available,
  judged.place = 1 and judged.expected_loss is not null as is_leading,
  case
    when judged.least_trials < 100
      or judged.last_first_trial_at is null
      or clock.as_of < judged.last_first_trial_at + interval '7 days' then 'collecting'
    when max(case when judged.place = 1 and judged.expected_loss < 0.01 * judged.posterior_mean then 1 else 0 end) over (
      partition by judged.experiment_id, judged.segment
    ) = 1 then 'decided'
    else 'leading'
  end as status,
  judged.message
from judged
cross join clock

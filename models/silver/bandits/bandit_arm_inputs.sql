-- One row per arm that was tried: what its posterior counts. Trials fade with age and count when mature, as its experiment says.
with counted as (
  select
    trials.experiment_id,
    trials.price_id,
    trials.conversions,
    trials.reward,
    {{!-- Half as much after half_life_hours; 1 where trials do not fade. --}}
    case
      when experiments.half_life_hours is null then 1e0
      else power(
        2e0,
        greatest(
          -({{seconds_between "trials.trial_timestamp" "clock.as_of"}}) / (experiments.half_life_hours * 3600e0),
          -1000e0
        )
      )
    end as weight
  from {{ref "trials"}} as trials
  inner join {{ref "experiments"}} as experiments on experiments.experiment_id = trials.experiment_id
  cross join {{ref "bandit_clock"}} as clock
  where trials.is_mature
    or experiments.count_from = 'trial'
),
summed as (
  select
    experiment_id,
    price_id,
    count(*) as trials,
    cast(sum(conversions) as bigint) as successes,
    sum(weight) as effective_trials,
    sum(weight * conversions) as effective_successes,
    {{safe_divide "sum(weight * reward)" "sum(weight)"}} as mean_reward
  from counted
  group by experiment_id, price_id
),
spread as (
  select
    counted.experiment_id,
    counted.price_id,
    sum(
      counted.weight * (counted.reward - summed.mean_reward) * (counted.reward - summed.mean_reward)
    ) as squares
  from counted
  inner join summed
    on summed.experiment_id = counted.experiment_id
    and summed.price_id = counted.price_id
  group by counted.experiment_id, counted.price_id
)
select
  summed.experiment_id,
  summed.price_id,
  bandits.price,
  experiments.objective,
  summed.trials,
  summed.successes,
  cast(summed.effective_trials as double precision) as effective_trials,
  cast(summed.effective_successes as double precision) as effective_successes,
  summed.mean_reward,
  {{!-- The sample variance where no trial fades. --}}
  case when summed.effective_trials > 1e0 then spread.squares / (summed.effective_trials - 1e0) end as variance,
  experiments.prior_alpha,
  experiments.prior_beta,
  experiments.empirical_prior_strength
from summed
inner join spread
  on spread.experiment_id = summed.experiment_id
  and spread.price_id = summed.price_id
inner join {{ref "experiments"}} as experiments on experiments.experiment_id = summed.experiment_id
left join {{ref "bandits"}} as bandits
  on bandits.experiment_id = summed.experiment_id
  and bandits.price_id = summed.price_id

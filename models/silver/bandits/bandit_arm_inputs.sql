-- One row per arm, and segment: what its posterior counts. Trials fade with age and count when mature, as its experiment says.
with weighed as (
  select
    trials.experiment_id,
    trials.segment,
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
{{!-- All trials under the empty segment; those of a contextual experiment under their own as well. --}}
counted as (
  select experiment_id, '' as segment, price_id, conversions, reward, weight
  from weighed
  union all
  select experiment_id, segment, price_id, conversions, reward, weight
  from weighed
  where segment <> ''
),
summed as (
  select
    experiment_id,
    segment,
    price_id,
    count(*) as trials,
    cast(sum(conversions) as bigint) as successes,
    cast(sum(weight) as double precision) as effective_trials,
    cast(sum(weight * conversions) as double precision) as effective_successes,
    {{!-- What a trial in money of unknown worth has earned is not known: it counts in the rate, not in the mean. --}}
    coalesce(cast(sum(case when reward is not null then weight end) as double precision), 0e0) as effective_rewards,
    {{safe_divide "sum(weight * reward)" "sum(case when reward is not null then weight end)"}} as mean_reward
  from counted
  group by experiment_id, segment, price_id
),
spread as (
  select
    counted.experiment_id,
    counted.segment,
    counted.price_id,
    sum(
      counted.weight * (counted.reward - summed.mean_reward) * (counted.reward - summed.mean_reward)
    ) as squares
  from counted
  inner join summed
    on summed.experiment_id = counted.experiment_id
    and summed.segment = counted.segment
    and summed.price_id = counted.price_id
  group by counted.experiment_id, counted.segment, counted.price_id
),
{{!-- Every arm beside those that were tried: one that was not has its prior, which no other arm can lead for certain. --}}
arms as (
  select
    tried.experiment_id,
    tried.segment,
    bandits.price_id,
    bandits.price,
    experiments.objective,
    {{!-- What a sale is worth, where that is known before it is made. --}}
    case
      when experiments.objective = 'conversion' then bandits.price
      else experiments.conversion_weight
        + case when experiments.revenue_weight = 0e0 then 0e0 else experiments.revenue_weight * bandits.price end
        + case when experiments.cost_weight = 0e0 then 0e0 else experiments.cost_weight * coalesce(bandits.cost, 0e0) end
    end as sale_value,
    experiments.prior_alpha,
    experiments.prior_beta,
    experiments.empirical_prior_strength,
    experiments.prior_mean,
    experiments.prior_kappa,
    experiments.prior_gamma_alpha,
    experiments.prior_gamma_beta
  from (select distinct experiment_id, segment from summed) as tried
  inner join {{ref "bandits"}} as bandits on bandits.experiment_id = tried.experiment_id
  inner join {{ref "experiments"}} as experiments on experiments.experiment_id = tried.experiment_id
),
joined as (
  select
    arms.*,
    coalesce(summed.trials, 0) as trials,
    coalesce(summed.successes, 0) as successes,
    coalesce(summed.effective_trials, 0e0) as effective_trials,
    coalesce(summed.effective_successes, 0e0) as effective_successes,
    coalesce(summed.effective_rewards, 0e0) as effective_rewards,
    summed.mean_reward,
    {{!-- The sample variance where no trial fades. --}}
    case when summed.effective_rewards > 1e0 then spread.squares / (summed.effective_rewards - 1e0) end as variance,
    count(sale_value) over whole = count(*) over whole and min(sale_value) over whole > 0e0 as are_priced
  from arms
  left join summed
    on summed.experiment_id = arms.experiment_id
    and summed.segment = arms.segment
    and summed.price_id = arms.price_id
  left join spread
    on spread.experiment_id = arms.experiment_id
    and spread.segment = arms.segment
    and spread.price_id = arms.price_id
  window whole as (partition by arms.experiment_id, arms.segment)
),
{{!-- Over all segments: with it a segment of few trials has an answer, and the unit of money does not matter. --}}
pooled as (
  select
    experiment_id,
    {{safe_divide "sum(effective_successes)" "sum(effective_trials)"}} as pooled_rate,
    {{safe_divide "sum(effective_rewards * mean_reward)" "sum(effective_rewards)"}} as pooled_mean,
    {{safe_divide
      "sum(case when effective_rewards >= 2e0 then (effective_rewards - 1e0) * variance end)"
      "sum(case when effective_rewards >= 2e0 then effective_rewards - 1e0 end)"}} as pooled_variance
  from joined
  where segment = ''
  group by experiment_id
)
select
  joined.experiment_id,
  joined.segment,
  joined.price_id,
  joined.price,
  joined.objective,
  case when joined.are_priced then joined.sale_value end as sale_value,
  case
    when joined.objective = 'conversion' then 'bernoulli'
    when joined.are_priced then 'bernoulli_price'
    else 'gaussian'
  end as deciding_model,
  joined.trials,
  joined.successes,
  joined.effective_trials,
  joined.effective_successes,
  joined.effective_rewards,
  joined.mean_reward,
  joined.variance,
  joined.prior_alpha,
  joined.prior_beta,
  {{!-- No conversions at all, or only conversions, leave one side with nothing: it gets the least that a prior can have. --}}
  greatest(joined.empirical_prior_strength * pooled.pooled_rate, 0.1e0) as empirical_alpha,
  greatest(joined.empirical_prior_strength * (1e0 - pooled.pooled_rate), 0.1e0) as empirical_beta,
  coalesce(joined.prior_mean, pooled.pooled_mean) as prior_mean,
  joined.prior_kappa,
  joined.prior_gamma_alpha,
  coalesce(joined.prior_gamma_beta, case when pooled.pooled_variance > 0e0 then pooled.pooled_variance end) as prior_gamma_beta
from joined
inner join pooled on pooled.experiment_id = joined.experiment_id

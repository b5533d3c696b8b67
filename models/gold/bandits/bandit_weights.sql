-- The share with which each arm is drawn next, and how far the experiment is: what /bandits/select draws from and logs.
{{config materialized="table" lint_off=(list "lint-partial-order")}}

{{!-- What the objective decides by: conversions, price x rate where arms are prices, else the mean reward. --}}
with arms as (
  select
    bandits.experiment_id,
    bandits.price_id,
    bandits.planned_share,
    bandits.stock,
    bandits.budget,
    experiments.origin,
    experiments.objective,
    count(bandits.price) over (partition by bandits.experiment_id) = count(*) over (partition by bandits.experiment_id) as are_prices
  from {{ref "bandits"}} as bandits
  inner join {{ref "experiments"}} as experiments on experiments.experiment_id = bandits.experiment_id
),
known as (
  select
    arms.*,
    posterior.snapshot_id,
    posterior.as_of,
    posterior.model,
    coalesce(inputs.trials, 0) as trials,
    coalesce(inputs.successes, 0) as successes,
    posterior.posterior_mean,
    posterior.prob_best,
    posterior.expected_loss
  from arms
  left join {{ref "posterior_parameters"}} as posterior
    on posterior.experiment_id = arms.experiment_id
    and posterior.price_id = arms.price_id
    and posterior.model = case
      when arms.objective = 'conversion' then 'bernoulli'
      when arms.are_prices then 'bernoulli_price'
      else 'gaussian'
    end
  left join {{ref "bandit_arm_inputs"}} as inputs
    on inputs.experiment_id = arms.experiment_id
    and inputs.price_id = arms.price_id
),
sold as (
  select experiment_id, price_id, sum(revenue_events) as units, sum(revenue) as revenue, min(trial_timestamp) as first_trial_at
  from {{ref "trials"}}
  group by experiment_id, price_id
),
available as (
  select
    known.*,
    (known.stock is null or coalesce(sold.units, 0) < known.stock)
      and (known.budget is null or coalesce(sold.revenue, 0) < known.budget) as is_available,
    sold.first_trial_at
  from known
  left join sold
    on sold.experiment_id = known.experiment_id
    and sold.price_id = known.price_id
),
weighted as (
  select experiment_id, arm, weight, message
  from (
    {{bandit_weights "(select * from available where origin = 'file')"
      keys=(list "experiment_id")
      arm="price_id"
      prob_best="prob_best"
      min_share=(var "min_share")}}
  ) as of_files
  {{#each (experiments allocation="adaptive") as |experiment|}}
  union all
  select experiment_id, arm, weight, message
  from (
    {{bandit_weights (concat "(select * from available where origin = 'declared' and experiment_id = " (string_literal experiment.name) ")")
      keys=(list "experiment_id")
      arm="price_id"
      prob_best="prob_best"
      min_share=experiment.min_share
      holdout_share=experiment.holdout_share
      holdout="planned_share"
      available="is_available"}}
  ) as declared
  {{/each}}
),
judged as (
  select
    available.*,
    weighted.weight,
    weighted.message,
    min(available.trials) over (partition by available.experiment_id) as least_trials,
    max(available.first_trial_at) over (partition by available.experiment_id) as last_first_trial_at,
    min(available.expected_loss) over (partition by available.experiment_id) as least_loss,
    row_number() over (
      partition by available.experiment_id
      order by available.expected_loss nulls last, available.price_id
    ) as place
  from available
  left join weighted
    on weighted.experiment_id = available.experiment_id
    and weighted.arm = available.price_id
)
select
  judged.snapshot_id,
  clock.as_of,
  judged.experiment_id,
  judged.price_id,
  judged.model,
  judged.trials,
  judged.successes,
  judged.posterior_mean,
  judged.prob_best,
  judged.expected_loss,
  judged.weight,
  judged.is_available,
  judged.place = 1 and judged.expected_loss is not null as is_leading,
  case
    when judged.least_trials < 100
      or judged.last_first_trial_at is null
      or clock.as_of < judged.last_first_trial_at + interval '7 days' then 'collecting'
    when max(case when judged.place = 1 and judged.expected_loss < 0.01 * judged.posterior_mean then 1 else 0 end) over (
      partition by judged.experiment_id
    ) = 1 then 'decided'
    else 'leading'
  end as status,
  judged.message,
  cast('' as varchar) as segment
from judged
cross join {{ref "bandit_clock"}} as clock

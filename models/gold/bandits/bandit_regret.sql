-- What was given away by trying other arms than the best: by the hour of the trials, and summed up since the first.
with tried as (
  select experiment_id, '' as segment, hour_start, price_id, count(*) as trials
  from {{ref "trials"}}
  group by experiment_id, hour_start, price_id
  union all
  select experiment_id, segment, hour_start, price_id, count(*) as trials
  from {{ref "trials"}}
  where segment <> ''
  group by experiment_id, segment, hour_start, price_id
),
{{!-- By what is known now: of an earlier hour, too, the best guess. --}}
worth as (
  select
    posterior.experiment_id,
    posterior.segment,
    posterior.price_id,
    posterior.posterior_mean,
    max(posterior.posterior_mean) over whole as best_mean,
    {{#if (var "arm_truths")}}
    cast(truths.mean_reward as double precision) as true_mean,
    max(cast(truths.mean_reward as double precision)) over whole as best_true_mean
    {{else}}
    cast(null as double precision) as true_mean,
    cast(null as double precision) as best_true_mean
    {{/if}}
  from {{ref "posterior_parameters"}} as posterior
  inner join {{ref "bandit_arm_inputs"}} as inputs
    on inputs.experiment_id = posterior.experiment_id
    and inputs.segment = posterior.segment
    and inputs.price_id = posterior.price_id
    and inputs.deciding_model = posterior.model
  {{#if (var "arm_truths")}}
  left join {{ref (var "arm_truths")}} as truths
    on truths.experiment_id = posterior.experiment_id
    and cast(truths.price_id as varchar) = posterior.price_id
  {{/if}}
  window whole as (partition by posterior.experiment_id, posterior.segment)
),
hours as (
  select
    tried.experiment_id,
    tried.segment,
    tried.hour_start,
    cast(sum(tried.trials) as bigint) as trials,
    sum(tried.trials * (worth.best_mean - worth.posterior_mean)) as regret,
    {{!-- Of all its arms, or of none. --}}
    case
      when count(*) = count(worth.true_mean) then sum(tried.trials * (worth.best_true_mean - worth.true_mean))
    end as true_regret
  from tried
  left join worth
    on worth.experiment_id = tried.experiment_id
    and worth.segment = tried.segment
    and worth.price_id = tried.price_id
  group by tried.experiment_id, tried.segment, tried.hour_start
)
select
  experiment_id,
  segment,
  hour_start as window_start,
  trials,
  regret,
  {{safe_divide "regret" "trials"}} as regret_per_trial,
  cast(sum(trials) over so_far as bigint) as cumulative_trials,
  sum(regret) over so_far as cumulative_regret,
  true_regret,
  sum(true_regret) over so_far as cumulative_true_regret
from hours
window so_far as (partition by experiment_id, segment order by hour_start rows unbounded preceding)

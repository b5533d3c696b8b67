-- The six leading arms of each experiment by the empirical prior, under which an arm nobody tried does not lead; random
-- policies first, since their arms all had a fair number of trials.
with arms as (
  select
    flat.experiment_id,
    experiments.policy,
    flat.price_id,
    flat.trials,
    flat.successes,
    flat.ci_low,
    flat.ci_high,
    flat.prob_best,
    empirical.prob_best as prob_best_empirical,
    row_number() over (
      partition by flat.experiment_id
      order by empirical.prob_best desc nulls last, flat.trials desc, flat.price_id
    ) as place
  from {{ref "posterior_parameters"}} as flat
  inner join {{ref "experiments"}} as experiments on experiments.experiment_id = flat.experiment_id
  left join {{ref "posterior_parameters"}} as empirical
    on empirical.experiment_id = flat.experiment_id
    and empirical.price_id = flat.price_id
    and empirical.segment = ''
    and empirical.model = 'bernoulli_empirical'
  where flat.model = 'bernoulli'
    and flat.segment = ''
    and experiments.objective = 'conversion'
)
select
  experiment_id,
  price_id,
  trials,
  successes,
  cast({{safe_divide "successes" "trials"}} as decimal(9, 4)) as rate,
  cast(ci_low as decimal(9, 4)) as ci_low,
  cast(ci_high as decimal(9, 4)) as ci_high,
  cast(prob_best_empirical as decimal(9, 4)) as prob_best_empirical,
  cast(prob_best as decimal(9, 4)) as prob_best
from arms
where place <= 6
order by
  case when policy = 'random' then 0 else 1 end,
  experiment_id,
  place

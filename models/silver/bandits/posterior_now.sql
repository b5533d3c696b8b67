-- The posterior of every arm as of now, by each model that answers for its experiment; the next row of posterior_snapshots.
{{config materialized="table"}}

with arms as (
  select *
  from {{ref "bandit_arm_inputs"}}
),
arm_priors as (
  select
    'bernoulli' as model,
    arms.*,
    arms.prior_alpha as alpha_before,
    arms.prior_beta as beta_before
  from arms
  union all
  select
    'bernoulli_empirical' as model,
    arms.*,
    arms.empirical_alpha as alpha_before,
    arms.empirical_beta as beta_before
  from arms
),
bernoulli as (
  {{beta_posterior "arm_priors"
    keys=(list "experiment_id" "segment" "model")
    arm="price_id"
    trials="trials"
    successes="successes"
    effective_trials="effective_trials"
    effective_successes="effective_successes"
    prior_alpha="alpha_before"
    prior_beta="beta_before"
    level=(var "credible_level" 0.95)}}
),
{{!-- One unit a sale at a known price: what an arm earns is what a sale is worth x rate, exactly. --}}
priced as (
  {{beta_posterior "(select * from arms where sale_value > 0e0)"
    keys=(list "experiment_id" "segment")
    arm="price_id"
    trials="trials"
    successes="successes"
    effective_trials="effective_trials"
    effective_successes="effective_successes"
    prior_alpha="prior_alpha"
    prior_beta="prior_beta"
    price="sale_value"
    level=(var "credible_level" 0.95)}}
),
gaussian as (
  {{gaussian_posterior "arms"
    keys=(list "experiment_id" "segment")
    arm="price_id"
    n="effective_rewards"
    mean="mean_reward"
    variance="variance"
    prior_mean="prior_mean"
    prior_kappa="prior_kappa"
    prior_alpha="prior_gamma_alpha"
    prior_beta="prior_gamma_beta"
    level=(var "credible_level" 0.95)}}
),
posteriors as (
  {{#each (list "bernoulli" "priced") as |kind|}}
  select
    experiment_id,
    segment,
    arm as price_id,
    {{#if (eq kind "priced")}}'bernoulli_price' as {{/if}}model,
    trials,
    successes,
    failures,
    alpha,
    beta,
    posterior_mean,
    posterior_sd,
    ci_low,
    ci_high,
    prob_best,
    expected_loss,
    prob_best_sum,
    message,
    cast(null as double precision) as n,
    cast(null as double precision) as mean,
    cast(null as double precision) as variance,
    cast(null as double precision) as df,
    effective_trials
  from {{kind}}
  union all
  {{/each}}
  select
    experiment_id,
    segment,
    arm as price_id,
    'gaussian' as model,
    cast(null as bigint) as trials,
    cast(null as bigint) as successes,
    cast(null as bigint) as failures,
    cast(null as double precision) as alpha,
    cast(null as double precision) as beta,
    posterior_mean,
    posterior_sd,
    ci_low,
    ci_high,
    prob_best,
    expected_loss,
    cast(null as double precision) as prob_best_sum,
    {{!-- The only prior that is not declared and can be none. --}}
    case when message = 'prior_beta is null' then 'no variance in the experiment' else message end as message,
    cast(n as double precision) as n,
    mean,
    variance,
    df,
    cast(null as double precision) as effective_trials
  from gaussian
)
select
  snapshot.snapshot_id,
  snapshot.as_of,
  posteriors.experiment_id,
  posteriors.price_id,
  posteriors.model,
  posteriors.trials,
  posteriors.successes,
  posteriors.failures,
  posteriors.alpha,
  posteriors.beta,
  posteriors.posterior_mean,
  posteriors.posterior_sd,
  posteriors.ci_low,
  posteriors.ci_high,
  posteriors.prob_best,
  posteriors.expected_loss,
  posteriors.prob_best_sum,
  posteriors.message,
  posteriors.n,
  posteriors.mean,
  posteriors.variance,
  posteriors.df,
  posteriors.effective_trials,
  posteriors.segment
from posteriors
cross join {{ref "bandit_snapshot"}} as snapshot

-- The posterior of every arm as of now, by each model that answers for its experiment; the next row of posterior_snapshots.
{{config materialized="table" lint_off=(list "lint-partial-order")}}

with arms as (
  select *
  from {{ref "bandit_arm_inputs"}}
),
pooled as (
  select experiment_id, {{safe_divide "sum(effective_successes)" "sum(effective_trials)"}} as rate
  from arms
  group by experiment_id
),
arm_priors as (
  select
    'bernoulli' as model,
    arms.*,
    arms.prior_alpha as alpha_before,
    arms.prior_beta as beta_before
  from arms
  union all
  {{!-- No conversions at all, or only conversions, leave one side with nothing: it gets the least that a prior can have. --}}
  select
    'bernoulli_empirical' as model,
    arms.*,
    greatest(arms.empirical_prior_strength * pooled.rate, 0.1e0) as alpha_before,
    greatest(arms.empirical_prior_strength * (1e0 - pooled.rate), 0.1e0) as beta_before
  from arms
  inner join pooled on pooled.experiment_id = arms.experiment_id
),
bernoulli as (
  {{beta_posterior "arm_priors"
    keys=(list "experiment_id" "model")
    arm="price_id"
    trials="trials"
    successes="successes"
    effective_trials="effective_trials"
    effective_successes="effective_successes"
    prior_alpha="alpha_before"
    prior_beta="beta_before"
    level=(var "credible_level" 0.95)}}
),
{{!-- One unit a sale at a known price: what an arm earns is price x rate, exactly. --}}
priced as (
  {{beta_posterior "(select * from arms where price > 0)"
    keys=(list "experiment_id")
    arm="price_id"
    trials="trials"
    successes="successes"
    effective_trials="effective_trials"
    effective_successes="effective_successes"
    prior_alpha="prior_alpha"
    prior_beta="prior_beta"
    price="price"
    level=(var "credible_level" 0.95)}}
),
gaussian as (
  {{gaussian_posterior "arms"
    keys=(list "experiment_id")
    arm="price_id"
    n="effective_trials"
    mean="mean_reward"
    variance="variance"
    level=(var "credible_level" 0.95)}}
),
{{!-- Ordered by hash: the order of texts is not the same in every database. --}}
counts as (
  select string_agg(arm_hash, '' order by arm_hash) as arm_hashes
  from (
    {{!-- The last digits of a sum of doubles hang on the order of its rows: nine behind the point are looked at. --}}
    select {{surrogate_key (list
      "experiment_id" "price_id" "trials" "successes" "prior_alpha" "prior_beta" "empirical_prior_strength"
      "cast(round(effective_trials * 1e9) as bigint)" "cast(round(mean_reward * 1e9) as bigint)")}} as arm_hash
    from arms
  ) as hashed_arms
),
snapshot as (
  select
    clock.as_of,
    {{hash (concat "concat_ws('|', clock.as_of, counts.arm_hashes, '" (var "credible_level" 0.95) "')")}} as snapshot_id
  from {{ref "bandit_clock"}} as clock
  cross join counts
),
posteriors as (
  {{#each (list "bernoulli" "priced") as |kind|}}
  select
    experiment_id,
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
    message,
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
  posteriors.*,
  cast('' as varchar) as segment
from posteriors
cross join snapshot

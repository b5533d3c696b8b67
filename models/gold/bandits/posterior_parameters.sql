-- The Beta posterior of every arm, under the flat prior and under the pooled rate of its experiment.
{{config materialized="table"}}

with arms as (
  select
    experiment_id,
    price_id,
    impressions as trials,
    conversions as successes
  from {{ref "aggregates_total"}}
),
pooled as (
  select experiment_id, {{safe_divide "sum(successes)" "sum(trials)"}} as rate
  from arms
  group by experiment_id
),
{{!-- No clicks at all, or only clicks, leave one side with nothing: it gets the least that a prior can have. --}}
empirical_priors as (
  select
    experiment_id,
    greatest({{var "empirical_prior_strength" 100}} * rate, 0.1e0) as prior_alpha,
    greatest({{var "empirical_prior_strength" 100}} * (1e0 - rate), 0.1e0) as prior_beta
  from pooled
),
arm_priors as (
  select
    'bernoulli' as model,
    experiment_id,
    price_id,
    trials,
    successes,
    cast({{var "prior_alpha" 1}} as double precision) as prior_alpha,
    cast({{var "prior_beta" 1}} as double precision) as prior_beta
  from arms
  union all
  select
    'bernoulli_empirical' as model,
    arms.experiment_id,
    arms.price_id,
    arms.trials,
    arms.successes,
    empirical_priors.prior_alpha,
    empirical_priors.prior_beta
  from arms
  inner join empirical_priors on empirical_priors.experiment_id = arms.experiment_id
),
posteriors as (
  {{beta_posterior "arm_priors"
    keys=(list "experiment_id" "model")
    arm="price_id"
    trials="trials"
    successes="successes"
    prior_alpha="prior_alpha"
    prior_beta="prior_beta"
    level=(var "credible_level" 0.95)}}
),
clock as (
  select
    {{#if (var "as_of" null)}}
    coalesce(cast('{{var "as_of" null}}' as timestamp), max(event_timestamp)) as as_of
    {{else}}
    max(event_timestamp) as as_of
    {{/if}}
  from (
    select max(event_timestamp) as event_timestamp from {{ref "impressions"}}
    union all
    select max(event_timestamp) as event_timestamp from {{ref "conversions"}}
  ) as latest_events
),
{{!-- Ordered by hash: the order of texts is not the same in every database. --}}
counts as (
  select string_agg(arm_hash, '' order by arm_hash) as arm_hashes
  from (
    select {{surrogate_key (list "experiment_id" "price_id" "trials" "successes")}} as arm_hash
    from arms
  ) as hashed_arms
),
snapshot as (
  select
    clock.as_of,
    {{hash (concat
      "concat_ws('|', clock.as_of, counts.arm_hashes, '"
      (var "prior_alpha" 1) "', '"
      (var "prior_beta" 1) "', '"
      (var "empirical_prior_strength" 100) "', '"
      (var "credible_level" 0.95) "')"
    )}} as snapshot_id
  from clock
  cross join counts
)
select
  snapshot.snapshot_id,
  snapshot.as_of,
  posteriors.experiment_id,
  posteriors.arm as price_id,
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
  posteriors.message
from posteriors
cross join snapshot

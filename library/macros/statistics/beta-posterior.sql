{{!--
  The Beta posterior of every arm of a Bernoulli bandit, compared within each group of `keys`.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per group and arm |
  | keys | the columns that name a group (an experiment, a segment); `(list)` for one group |
  | arm, trials, successes | columns of rel, or expressions over them; trials may be fractional |
  | prior_alpha, prior_beta | the Beta prior: a number, or a column of rel when each row has its own; at least 0.1 |
  | effective_trials, effective_successes | what the posterior counts in place of trials and successes, such as sums of weights that fade with age; then there is a column effective_trials |
  | price | what a success of the arm is worth, above 0: then the reward is price * rate, and posterior_mean to expected_loss are of that. For one unit a sale, at known prices |
  | level | of the equal-tailed credible interval, between 0 and 1 |

  Columns: the keys, then

  | column | |
  |---|---|
  | arm, trials, successes | as given |
  | failures | trials - successes |
  | effective_trials | only where they were given |
  | alpha, beta | prior_alpha + successes, prior_beta + failures; of the effective ones where they were given |
  | posterior_mean, posterior_sd | alpha / (alpha + beta), and its standard deviation |
  | ci_low, ci_high | quantiles (1 - level) / 2 and (1 + level) / 2 |
  | prob_best | P(this arm's rate is the highest of its group) |
  | expected_loss | E[highest rate of the group - this arm's rate]: what choosing this arm gives away |
  | prob_best_sum | the group's sum of prob_best as integrated: away from 1 by more than 1e-6, do not trust the group |
  | message | NULL, or why the row has no answer; then alpha to prob_best_sum are NULL and the arm is left out of its group's comparison |

  Method (exact integration, no random draws; the same digits every time). In t = logit(rate) the density of
  Beta(a, b) is exp(l(t)) with l' = a - n theta and l'' = -n theta (1 - theta), n = a + b: log-concave with
  exponential tails for every a, b > 0, so it needs no Beta function and has no singular end. All integrals are sums
  over panels of an uneven grid by the two-point Hermite rule, of sixth order, since f, f' = f l' and
  f'' = f (l'^2 + l'') are known exactly.

    prob_best(k)     = integral of f_k * product over j <> k of F_j
    E[highest]       = sum over k of the integral of theta f_k * product over j <> k of F_j
    expected_loss(k) = E[highest] - a_k / n_k

  The interval is the inverse of the same running sum, bracketed on a grid and finished by three Halley steps.
  Height at the mode by Stirling's remainder, near it by the cumulant series: no cancellation at n = 1e6.
  Sources: the density's derivatives are elementary; Hermite's rule is Davis and Rabinowitz, Methods of Numerical
  Integration, 2.8; the choice rule is Thompson (1933), Biometrika 25, 285-294.
--}}
{{#macro "beta_posterior" "rel" "keys" "arm" "trials" "successes" prior_alpha=1 prior_beta=1 level=0.95 effective_trials=null effective_successes=null price=null}}
{{check_level "beta_posterior" level}}
{{#if (ne (eq effective_trials null) (eq effective_successes null))}}
{{raise "beta_posterior: expected effective_trials and effective_successes together, found one of them"}}
{{/if}}
with beta_inputs as {{materialized}} (
  select
    grouped.*,
    dense_rank() over (order by {{numbered_key_list keys}}) as group_id,
    row_number() over (order by {{numbered_key_list keys}}, arm) as arm_id
  from (
    select
      {{numbered_keys keys}}
      {{arm}} as arm,
      {{trials}} as trials,
      {{successes}} as successes,
      {{#if (or (eq effective_trials null) (eq effective_successes null))}}
      cast({{trials}} as double precision) as trial_count,
      cast({{successes}} as double precision) as success_count,
      {{else}}
      cast({{effective_trials}} as double precision) as trial_count,
      cast({{effective_successes}} as double precision) as success_count,
      {{/if}}
      {{#if (ne price null)}}
      cast({{price}} as double precision) as price,
      {{/if}}
      cast({{prior_alpha}} as double precision) as prior_alpha,
      cast({{prior_beta}} as double precision) as prior_beta
    from {{rel}} as arm_counts
  ) as grouped
),
beta_checked as {{materialized}} (
  select
    beta_inputs.*,
    case
      when count(*) over (partition by group_id, arm) > 1 then 'expected one row per arm, found several'
      when trials is null or successes is null then 'trials or successes is null'
      when trial_count is null or success_count is null then 'effective_trials or effective_successes is null'
      when not (trial_count >= 0e0 and success_count >= 0e0) then 'trials or successes is negative'
      when not trial_count <= 1e12 then 'more than 1e12 trials'
      {{!-- Sums of weights, taken in another order, may differ in their last digits. --}}
      when not success_count <= trial_count * (1e0 + 1e-9) then 'more successes than trials'
      when prior_alpha is null or prior_beta is null then 'prior_alpha or prior_beta is null'
      when not (prior_alpha >= 1e-1 and prior_beta >= 1e-1) then 'prior_alpha or prior_beta is below 0.1'
      when not (prior_alpha <= 1e12 and prior_beta <= 1e12) then 'prior_alpha or prior_beta is above 1e12'
      {{#if (ne price null)}}
      when price is null then 'price is null'
      when not (price > 1e-100 and price < 1e100) then 'price is not between 1e-100 and 1e100'
      {{/if}}
    end as row_message
  from beta_inputs
),
beta_arms as {{materialized}} (
  select
    beta_checked.*,
    coalesce(row_message, case
      when sum(case when row_message is null then trial_count else 0e0 end) over (partition by group_id) = 0e0
      then 'no trials in the group'
    end) as message
  from beta_checked
),
beta_parameters as {{materialized}} (
  select
    group_id,
    arm_id,
    {{#if (ne price null)}}
    price,
    {{/if}}
    prior_alpha + success_count as alpha,
    prior_beta + greatest(trial_count - success_count, 0e0) as beta,
    prior_alpha + success_count + (prior_beta + greatest(trial_count - success_count, 0e0)) as total,
    count(*) over (partition by group_id) as arms_compared
  from beta_arms
  where message is null
),
beta_shapes as {{materialized}} (
  select
    group_id,
    arm_id,
    arms_compared,
    {{#if (ne price null)}}
    price,
    {{/if}}
    alpha,
    beta,
    total,
    mean,
    complement,
    mode,
    spread,
    log_height,
    mode - 9e0 * spread - 1.6e1 / alpha as lowest,
    mode + 9e0 * spread + 1.6e1 / beta as highest
  from (
    select
      beta_parameters.*,
      alpha / total as mean,
      beta / total as complement,
      ln(alpha / beta) as mode,
      sqrt(total / (alpha * beta)) as spread,
      {{beta_log_height}} as log_height
    from beta_parameters
    {{fence}}
  ) as located
),
{{#if (ne price null)}}
{{beta_price_comparison}},
{{else}}
{{beta_comparison}},
{{/if}}
{{beta_interval level}}
select
  {{named_keys keys}}
  arm,
  trials,
  successes,
  case when message is null then trials - successes end as failures,
  {{#if (ne effective_trials null)}}
  trial_count as effective_trials,
  {{/if}}
  beta_shapes.alpha,
  beta_shapes.beta,
  {{priced price "beta_shapes.mean"}} as posterior_mean,
  {{priced price "sqrt(beta_shapes.mean * beta_shapes.complement / (beta_shapes.total + 1e0))"}} as posterior_sd,
  {{priced price "beta_intervals.ci_low"}} as ci_low,
  {{priced price "beta_intervals.ci_high"}} as ci_high,
  {{compared_chance "beta_shapes"}} as prob_best,
  {{#if (ne price null)}}
  case
    when beta_shapes.arms_compared = 1 then 0e0
    when beta_shapes.arms_compared > 1
    then greatest(beta_groups.top_price * arm_contest.highest_mean - beta_shapes.price * beta_shapes.mean, 0e0)
  end as expected_loss,
  {{else}}
  case
    when beta_shapes.arms_compared = 1 or arm_contest.highest_mean < beta_shapes.mean then 0e0
    else arm_contest.highest_mean - beta_shapes.mean
  end as expected_loss,
  {{/if}}
  case when beta_shapes.arms_compared = 1 then 1e0 else arm_contest.chance_sum end as prob_best_sum,
  {{message_or_no_rows (concat "coalesce(message, " (message_of_comparison) ")") "beta_arms.arm_id"}} as message
{{from_rows_of_groups keys "beta_arms"}}
left join beta_shapes on beta_shapes.arm_id = beta_arms.arm_id
left join arm_contest on arm_contest.arm_id = beta_arms.arm_id
{{#if (ne price null)}}
left join beta_groups on beta_groups.group_id = beta_shapes.group_id
{{/if}}
left join beta_intervals on beta_intervals.arm_id = beta_arms.arm_id
{{/macro}}

{{#macro "priced" "price" "value"}}
{{#if (eq price null)}}{{return value}}{{else}}{{return (concat "beta_shapes.price * " value)}}{{/if}}
{{/macro}}

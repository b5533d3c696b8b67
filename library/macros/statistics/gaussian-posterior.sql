{{!--
  The posterior of every arm's mean reward, compared within each group of `keys`: Normal rewards with unknown mean and
  variance, Normal-Inverse-Gamma prior.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per group and arm |
  | keys | the columns that name a group (an experiment, a segment); `(list)` for one group |
  | arm, n, mean, variance | columns of rel, or expressions over them: number of trials, average and sample variance (`var_samp`) of the reward, trials without any counted as 0. mean may be NULL where n is 0, variance where n is under 2 |
  | prior | `pooled`: prior_mean is the mean of all trials of the group, prior_kappa and prior_alpha 1, prior_beta the pooled variance within arms, so that the unit of money does not matter |
  | prior_mean, prior_kappa, prior_alpha, prior_beta | each takes the place of its part of the pooled prior: a number, or a column of rel. 0 1 1 1 is the usual prior of textbooks |
  | level | of the equal-tailed credible interval, between 0 and 1 |

  Columns: the keys, then

  | column | |
  |---|---|
  | arm, n, mean, variance | as given |
  | posterior_mean, posterior_sd | of the arm's mean reward; the second is NULL where df is 2 |
  | df | of Student's distribution that the mean has |
  | ci_low, ci_high | quantiles (1 - level) / 2 and (1 + level) / 2 |
  | prob_best | P(this arm's mean is the highest of its group) |
  | expected_loss | E[highest mean of the group - this arm's mean], in the unit of the reward |
  | message | NULL, or why the row has no answer; then posterior_mean to expected_loss are NULL and the arm is left out of its group's comparison |

  With k0, m0, a0, b0 the prior and s the sum of squares (n - 1) * variance:

    kn = k0 + n                     mn = (k0 m0 + n mean) / kn
    an = a0 + n / 2                 bn = b0 + s / 2 + k0 n (mean - m0)^2 / (2 kn)
    arm's mean ~ Student's t with df = 2 an around mn, scale sqrt(bn / (an kn))

  Compared as in `beta_posterior`, by exact integration: the Hermite rule on a grid of all arms' nodes, spaced evenly in
  asinh of the distance from each mean, since Student's tails are long. Sources: DeGroot, Optimal Statistical Decisions,
  9.6; Murphy (2007), "Conjugate Bayesian analysis of the Gaussian distribution", 3.
--}}
{{#macro "gaussian_posterior" "rel" "keys" "arm" "n" "mean" "variance" prior="pooled" prior_mean=null prior_kappa=null prior_alpha=null prior_beta=null level=0.95}}
{{check_level "gaussian_posterior" level}}
{{#if (ne prior "pooled")}}
{{raise (concat "gaussian_posterior: expected the prior \"pooled\", or prior_mean, prior_kappa, prior_alpha and prior_beta, found " (to_json prior))}}
{{/if}}
with gaussian_inputs as {{materialized}} (
  select
    grouped.*,
    dense_rank() over (order by {{numbered_key_list keys}}) as group_id,
    row_number() over (order by {{numbered_key_list keys}}, arm) as arm_id
  from (
    select
      {{numbered_keys keys}}
      {{arm}} as arm,
      {{n}} as n,
      cast({{n}} as double precision) as trial_count,
      cast({{mean}} as double precision) as mean,
      cast({{variance}} as double precision) as variance,
      {{given_or_null prior_mean}} as given_mean,
      {{given_or_null prior_kappa}} as given_kappa,
      {{given_or_null prior_alpha}} as given_alpha,
      {{given_or_null prior_beta}} as given_beta
    from {{rel}} as arm_moments
  ) as grouped
),
gaussian_checked as {{materialized}} (
  select
    gaussian_inputs.*,
    case
      when count(*) over (partition by group_id, arm) > 1 then 'expected one row per arm, found several'
      when trial_count is null then 'n is null'
      when not (trial_count >= 0e0) then 'n is negative'
      when not trial_count <= 1e12 then 'more than 1e12 trials'
      when trial_count > 0e0 and mean is null then 'mean is null'
      when trial_count >= 2e0 and variance is null then 'variance is null'
      when trial_count > 0e0 and not (mean > -1e100 and mean < 1e100) then 'mean is not between -1e100 and 1e100'
      when not (variance >= 0e0) then 'variance is negative'
      when not variance <= 1e100 then 'variance is above 1e100'
      {{prior_messages prior_mean prior_kappa prior_alpha prior_beta}}
    end as row_message
  from gaussian_inputs
),
gaussian_priors as {{materialized}} (
  select
    pooled.*,
    {{given_or_pooled prior_mean "given_mean" "group_mean"}} as prior_mean,
    {{given_or_pooled prior_kappa "given_kappa" "1e0"}} as prior_kappa,
    {{given_or_pooled prior_alpha "given_alpha" "1e0"}} as prior_alpha,
    {{given_or_pooled prior_beta "given_beta" "group_variance"}} as prior_beta
  from (
    select
      counted.*,
      sum(counted_trials * mean) over whole_group / nullif(sum(counted_trials) over whole_group, 0e0) as group_mean,
      sum(counted_squares) over whole_group
        / nullif(sum(case when counted_squares is not null then counted_trials - 1e0 end) over whole_group, 0e0)
        as group_variance,
      sum(counted_trials) over whole_group as group_trials
    from (
      select
        gaussian_checked.*,
        case when row_message is null then trial_count end as counted_trials,
        case when row_message is null and trial_count >= 2e0 then (trial_count - 1e0) * variance end as counted_squares
      from gaussian_checked
      {{fence}}
    ) as counted
    window whole_group as (partition by group_id)
    {{fence}}
  ) as pooled
),
gaussian_arms as {{materialized}} (
  select
    gaussian_priors.*,
    case
      when row_message is not null then row_message
      when group_trials = 0e0 then 'no trials in the group'
      {{#if (eq prior_beta null)}}
      when group_variance is null then 'no arm of the group has two trials, so there is no pooled prior'
      when not group_variance > 0e0 then 'no variance in the group'
      {{/if}}
      when prior_alpha * 2e0 + trial_count < 2e0 then 'fewer than 2 degrees of freedom'
    end as message
  from gaussian_priors
),
gaussian_parameters as {{materialized}} (
  select
    group_id,
    arm_id,
    count(*) over (partition by group_id) as arms_compared,
    prior_mean + case when trial_count > 0e0
      then trial_count / (prior_kappa + trial_count) * (mean - prior_mean) else 0e0
    end as center,
    2e0 * prior_alpha + trial_count as df,
    sqrt(
      (
        prior_beta
        + case when trial_count > 1e0 and variance is not null then 5e-1 * (trial_count - 1e0) * variance else 0e0 end
        + case when trial_count > 0e0
          then 5e-1 * prior_kappa * trial_count / (prior_kappa + trial_count)
            * (mean - prior_mean) * (mean - prior_mean) else 0e0
        end
      ) / ((prior_alpha + 5e-1 * trial_count) * (prior_kappa + trial_count))
    ) as spread
  from gaussian_arms
  where message is null
),
gaussian_shapes as {{materialized}} (
  select criticals.*
  from {{student_t_critical "gaussian_parameters" level}} as criticals
),
{{gaussian_comparison}}
select
  {{named_keys keys}}
  arm,
  n,
  mean,
  variance,
  gaussian_shapes.center as posterior_mean,
  case when gaussian_shapes.df > 2e0
    then gaussian_shapes.spread * sqrt(gaussian_shapes.df / (gaussian_shapes.df - 2e0))
  end as posterior_sd,
  gaussian_shapes.df,
  gaussian_shapes.center - gaussian_shapes.critical * gaussian_shapes.spread as ci_low,
  gaussian_shapes.center + gaussian_shapes.critical * gaussian_shapes.spread as ci_high,
  {{compared_chance "gaussian_shapes"}} as prob_best,
  case
    when gaussian_shapes.arms_compared = 1 then 0e0
    when gaussian_shapes.arms_compared > 1 then greatest(
      gaussian_groups.unit * arm_contest.highest_mean + (gaussian_groups.origin - gaussian_shapes.center), 0e0
    )
  end as expected_loss,
  {{message_or_no_rows (concat "coalesce(gaussian_arms.message, " (message_of_comparison) ")") "gaussian_arms.arm_id"}} as message
{{from_rows_of_groups keys "gaussian_arms"}}
left join gaussian_shapes on gaussian_shapes.arm_id = gaussian_arms.arm_id
left join gaussian_groups on gaussian_groups.group_id = gaussian_shapes.group_id
left join arm_contest on arm_contest.arm_id = gaussian_arms.arm_id
{{/macro}}

{{#macro "given_or_null" "argument"}}
{{#if (eq argument null)}}
cast(null as double precision)
{{else}}
cast({{argument}} as double precision)
{{/if}}
{{/macro}}

{{#macro "given_or_pooled" "argument" "given" "pooled"}}
{{#if (eq argument null)}}{{return pooled}}{{else}}{{return given}}{{/if}}
{{/macro}}

{{!-- The cases of a prior that was given and is none. --}}
{{#macro "prior_messages" "prior_mean" "prior_kappa" "prior_alpha" "prior_beta"}}
{{#if (ne prior_mean null)}}
      when given_mean is null then 'prior_mean is null'
      when not (given_mean > -1e100 and given_mean < 1e100) then 'prior_mean is not between -1e100 and 1e100'
{{/if}}
{{#if (ne prior_kappa null)}}
      when given_kappa is null then 'prior_kappa is null'
      when not (given_kappa > 0e0 and given_kappa <= 1e12) then 'prior_kappa is not above 0 and at most 1e12'
{{/if}}
{{#if (ne prior_alpha null)}}
      when given_alpha is null then 'prior_alpha is null'
      when not (given_alpha > 0e0 and given_alpha <= 1e12) then 'prior_alpha is not above 0 and at most 1e12'
{{/if}}
{{#if (ne prior_beta null)}}
      when given_beta is null then 'prior_beta is null'
      when not (given_beta > 1e-100 and given_beta <= 1e100) then 'prior_beta is not between 1e-100 and 1e100'
{{/if}}
{{/macro}}

{{!--
  CTEs of gaussian_posterior: from gaussian_shapes to arm_contest (see `arm_comparison`). The values compared are
  distances from the highest mean of the group in units of its least spread: neither the unit of the reward nor its
  distance from 0 costs digits. There are 129 nodes over each arm's own range, at whose ends the density is 1e-16 of its
  height.
--}}
{{#macro "gaussian_comparison"}}
gaussian_groups as {{materialized}} (
  select group_id, max(center) as origin, min(spread) as unit
  from gaussian_shapes
  where arms_compared > 1
  group by group_id
),
gaussian_ranges as {{materialized}} (
  select
    located.*,
    place - reach * width_of_arm as lowest,
    place + reach * width_of_arm as highest
  from (
    select
      gaussian_shapes.group_id,
      arm_id,
      df,
      log_constant,
      (center - origin) / unit as place,
      spread / unit as width_of_arm,
      sqrt(df * (exp(7.4e1 / (df + 1e0)) - 1e0)) as reach
    from gaussian_shapes
    inner join gaussian_groups on gaussian_groups.group_id = gaussian_shapes.group_id
    {{fence}}
  ) as located
),
gaussian_limits as {{materialized}} (
  select group_id, max(lowest) as grid_start, max(highest) as grid_end
  from gaussian_ranges
  group by group_id
),
gaussian_nodes as {{materialized}} (
  select group_id, node, lead(node) over (partition by group_id order by node) - node as width
  from (
    select group_id, min(node) as node
    from (
      select
        spaced.group_id,
        place + width_of_arm * 5e-1 * (exp(stretch) - exp(-stretch)) as node,
        grid_start,
        grid_end
      from (
        select
          gaussian_ranges.*,
          (steps.number / 6.4e1 - 1e0) * ln(reach + sqrt(reach * reach + 1e0)) as stretch
        from gaussian_ranges
        cross join {{number_series 0 128}} as steps
        {{fence}}
      ) as spaced
      inner join gaussian_limits on gaussian_limits.group_id = spaced.group_id
      {{fence}}
    ) as candidates
    where node between grid_start and grid_end
    group by group_id, floor((node - grid_start) / 1e-1)
    {{fence}}
  ) as thinned
),
arm_densities as {{materialized}} (
  select
    group_id,
    arm_id,
    node,
    width,
    log_density,
    density,
    -(df + 1e0) * distance / ((df + distance * distance) * width_of_arm) as slope,
    -(df + 1e0) * (df - distance * distance)
      / ((df + distance * distance) * (df + distance * distance) * width_of_arm * width_of_arm) as bend,
    node as value,
    1e0 as value_slope,
    0e0 as value_bend,
    case when width is null then tail else 0e0 end as tail,
    case when width is null
      then place * tail + width_of_arm * width_of_arm * density * (df + distance * distance) / (df - 1e0) else 0e0
    end as tail_gain
  from (
    select
      curves.*,
      {{safe_exp "log_density"}} as density,
      {{!-- Of the power tail; where it is not one yet, nothing is left of the density. --}}
      case when width is null and distance > 0e0
        then {{safe_exp "log_density"}} * width_of_arm * (df + distance * distance) / ((df + 1e0) * distance) else 0e0
      end as tail
    from (
      select
        spread_out.*,
        log_constant - ln(width_of_arm) - 5e-1 * (df + 1e0) * {{log_one_plus "relative_square"}} as log_density
      from (
        select
          placed.*,
          distance * distance / df as relative_square
        from (
          select
            gaussian_ranges.group_id,
            arm_id,
            df,
            log_constant,
            place,
            width_of_arm,
            node,
            width,
            (node - place) / width_of_arm as distance
          from gaussian_ranges
          inner join gaussian_nodes on gaussian_nodes.group_id = gaussian_ranges.group_id
          {{fence}}
        ) as placed
        {{fence}}
      ) as spread_out
      {{fence}}
    ) as curves
    {{fence}}
  ) as evaluated
),
{{arm_comparison}}
{{/macro}}

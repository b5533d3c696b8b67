{{!--
  The Beta posterior of every arm of a Bernoulli bandit, compared within each group of `keys`.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per group and arm |
  | keys | the columns that name a group (an experiment, a segment); `(list)` for one group |
  | arm, trials, successes | columns of rel, or expressions over them; trials may be fractional |
  | prior_alpha, prior_beta | the Beta prior: a number, or a column of rel when each row has its own; at least 0.1 |
  | level | of the equal-tailed credible interval, between 0 and 1 |

  Columns: the keys, then

  | column | |
  |---|---|
  | arm, trials, successes | as given |
  | failures | trials - successes |
  | alpha, beta | prior_alpha + successes, prior_beta + failures |
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
{{#macro "beta_posterior" "rel" "keys" "arm" "trials" "successes" prior_alpha=1 prior_beta=1 level=0.95}}
{{#unless (and (gt level 0) (lt level 1))}}
{{raise (concat "beta_posterior: expected a level between 0 and 1, found " level)}}
{{/unless}}
with beta_inputs as {{materialized}} (
  select
    {{#if keys}}
    dense_rank() over (order by {{join keys ", "}}) as group_id,
    row_number() over (order by {{join keys ", "}}, {{arm}}) as arm_id,
    {{else}}
    1 as group_id,
    row_number() over (order by {{arm}}) as arm_id,
    {{/if}}
    {{#each keys as |key|}}
    {{key}},
    {{/each}}
    {{arm}} as arm,
    {{trials}} as trials,
    {{successes}} as successes,
    cast({{trials}} as double precision) as trial_count,
    cast({{successes}} as double precision) as success_count,
    cast({{prior_alpha}} as double precision) as prior_alpha,
    cast({{prior_beta}} as double precision) as prior_beta
  from {{rel}} as arm_counts
),
beta_checked as {{materialized}} (
  select
    beta_inputs.*,
    case
      when count(*) over (partition by group_id, arm) > 1 then 'expected one row per arm, found several'
      when trials is null or successes is null then 'trials or successes is null'
      when not (trial_count >= 0e0 and success_count >= 0e0) then 'trials or successes is negative'
      when not trial_count <= 1e12 then 'more than 1e12 trials'
      when not success_count <= trial_count then 'more successes than trials'
      when prior_alpha is null or prior_beta is null then 'prior_alpha or prior_beta is null'
      when not (prior_alpha >= 1e-1 and prior_beta >= 1e-1) then 'prior_alpha or prior_beta is below 0.1'
      when not (prior_alpha <= 1e12 and prior_beta <= 1e12) then 'prior_alpha or prior_beta is above 1e12'
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
    prior_alpha + success_count as alpha,
    prior_beta + (trial_count - success_count) as beta,
    prior_alpha + prior_beta + trial_count as total,
    count(*) over (partition by group_id) as arms_compared
  from beta_arms
  where message is null
),
beta_shapes as {{materialized}} (
  select
    group_id,
    arm_id,
    arms_compared,
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
      5e-1 * ln(alpha * beta / (total * 6.283185307179586e0))
        + {{stirling_remainder "total"}}
        - {{stirling_remainder "alpha"}}
        - {{stirling_remainder "beta"}} as log_height
    from beta_parameters
    {{fence}}
  ) as located
),
{{beta_comparison}},
{{beta_interval level}}
select
  {{#each keys as |key|}}
  beta_arms.{{key}},
  {{/each}}
  beta_arms.arm,
  beta_arms.trials,
  beta_arms.successes,
  case when beta_arms.message is null then beta_arms.trials - beta_arms.successes end as failures,
  beta_shapes.alpha,
  beta_shapes.beta,
  beta_shapes.mean as posterior_mean,
  sqrt(beta_shapes.mean * beta_shapes.complement / (beta_shapes.total + 1e0)) as posterior_sd,
  beta_intervals.ci_low,
  beta_intervals.ci_high,
  case
    when beta_shapes.arms_compared = 1 or beta_contest.chance > 1e0 then 1e0
    else beta_contest.chance
  end as prob_best,
  case
    when beta_shapes.arms_compared = 1 or beta_contest.highest_mean < beta_shapes.mean then 0e0
    else beta_contest.highest_mean - beta_shapes.mean
  end as expected_loss,
  case when beta_shapes.arms_compared = 1 then 1e0 else beta_contest.chance_sum end as prob_best_sum,
  beta_arms.message
from beta_arms
left join beta_shapes on beta_shapes.arm_id = beta_arms.arm_id
left join beta_contest on beta_contest.arm_id = beta_arms.arm_id
left join beta_intervals on beta_intervals.arm_id = beta_arms.arm_id
{{/macro}}

{{!--
  CTEs of beta_posterior: from beta_shapes to beta_contest (arm_id, chance, highest_mean, chance_sum).
  All arms of a group are evaluated on one grid: 97 nodes over each arm's own range, so that wide and narrow arms
  are both resolved, thinned where they crowd, and cut below the highest `lowest`, where no arm can be the best.
--}}
{{#macro "beta_comparison"}}
beta_groups as {{materialized}} (
  select group_id, max(lowest) as grid_start, max(highest) as grid_end, min(spread) as narrowest
  from beta_shapes
  where arms_compared > 1
  group by group_id
),
beta_nodes as {{materialized}} (
  select group_id, node, lead(node) over (partition by group_id order by node) - node as width
  from (
    select group_id, min(node) as node
    from (
      select
        beta_shapes.group_id,
        mode + (case when steps.number < 4.8e1 then lowest else highest end - mode) * steps.outwards as node,
        grid_start,
        grid_end,
        narrowest
      from beta_shapes
      inner join beta_groups on beta_groups.group_id = beta_shapes.group_id
      cross join {{beta_steps 96}} as steps
      {{fence}}
    ) as candidates
    where node between grid_start and grid_end
    group by group_id, floor((node - grid_start) / (1e-1 * narrowest))
    {{fence}}
  ) as thinned
),
beta_densities as {{materialized}} (
  select group_id, arm_id, total, node, width, log_density, density, rate, rate_left, slope, bend
  from (
    {{beta_curve "(
      select beta_shapes.*, beta_nodes.node, beta_nodes.width, beta_nodes.node - beta_shapes.mode as from_mode
      from beta_shapes
      inner join beta_nodes on beta_nodes.group_id = beta_shapes.group_id
    )"}}
  ) as evaluated
),
{{!-- F = 1 - (all panels from here up); above the last node the density falls off like an exponential. --}}
beta_hazards as {{materialized}} (
  select beta_floored.*, ln(below) as log_below, density / below as hazard
  from (
    select
      group_id, arm_id, total, node, width, log_density, density, rate, rate_left, slope, bend,
      case when below > 1e-15 then below else 1e-15 end as below
    from (
      select
        beta_panels.*,
        1e0 - (sum(panel) over whole_arm - (sum(panel) over up_to_here - panel)) as below
      from (
        select
          beta_neighbours.*,
          case
            when width is not null then {{hermite_panel
              "width" "density" "next_density" "density * slope" "next_rise"
              "density * (slope * slope + bend)" "next_turn"}}
            when slope < 0e0 then density / (-slope)
            else 0e0
          end as panel
        from (
          select
            beta_densities.*,
            lead(density) over upwards as next_density,
            lead(density * slope) over upwards as next_rise,
            lead(density * (slope * slope + bend)) over upwards as next_turn
          from beta_densities
          window upwards as (partition by arm_id order by node)
        ) as beta_neighbours
        {{fence}}
      ) as beta_panels
      window
        whole_arm as (partition by arm_id order by node rows between unbounded preceding and unbounded following),
        up_to_here as (partition by arm_id order by node rows unbounded preceding)
    ) as beta_cumulated
    {{fence}}
  ) as beta_floored
),
{{!-- Added up in the order of arms, so that the last digits are the same in every run; a window would be slow here. --}}
beta_totals as {{materialized}} (
  select
    group_id,
    node,
    sum(log_below order by arm_id) as total_log_below,
    sum(hazard order by arm_id) as total_hazard,
    sum(hazard * (slope - hazard) order by arm_id) as total_hazard_slope
  from beta_hazards
  group by group_id, node
),
beta_rivals as {{materialized}} (
  select
    beta_hazards.*,
    total_log_below - log_below as rivals_log_below,
    total_hazard - hazard as rivals_hazard,
    total_hazard_slope - hazard * (slope - hazard) as rivals_hazard_slope
  from beta_hazards
  inner join beta_totals on beta_totals.group_id = beta_hazards.group_id and beta_totals.node = beta_hazards.node
),
{{!-- win = f_k * product of the rivals' F, the density of "k is the best, at this rate"; and win * rate. --}}
beta_wins as {{materialized}} (
  select
    group_id,
    arm_id,
    node,
    width,
    win,
    win * win_slope as win_rise,
    win * (win_slope * win_slope + win_bend) as win_turn,
    win * rate as gain,
    win * rate * (win_slope + rate_left) as gain_rise,
    win * rate * ((win_slope + rate_left) * (win_slope + rate_left) + win_bend - rate * rate_left) as gain_turn
  from (
    select
      beta_joint.*,
      {{safe_exp "log_win"}} as win
    from (
      select
        group_id,
        arm_id,
        node,
        width,
        rate,
        rate_left,
        log_density + rivals_log_below as log_win,
        slope + rivals_hazard as win_slope,
        bend + rivals_hazard_slope as win_bend
      from beta_rivals
      {{fence}}
    ) as beta_joint
    {{fence}}
  ) as beta_joint_densities
),
beta_arm_wins as {{materialized}} (
  select
    group_id,
    arm_id,
    sum(chance_panel order by node) as chance,
    sum(gain_panel order by node) as mean_when_best
  from (
    select
      group_id,
      arm_id,
      node,
      {{hermite_panel "width" "win" "next_win" "win_rise" "next_win_rise" "win_turn" "next_win_turn"}} as chance_panel,
      {{hermite_panel "width" "gain" "next_gain" "gain_rise" "next_gain_rise" "gain_turn" "next_gain_turn"}} as gain_panel
    from (
      select
        beta_wins.*,
        lead(win) over upwards as next_win,
        lead(win_rise) over upwards as next_win_rise,
        lead(win_turn) over upwards as next_win_turn,
        lead(gain) over upwards as next_gain,
        lead(gain_rise) over upwards as next_gain_rise,
        lead(gain_turn) over upwards as next_gain_turn
      from beta_wins
      window upwards as (partition by arm_id order by node)
    ) as beta_neighbours
    where width is not null
    {{fence}}
  ) as beta_panels
  group by group_id, arm_id
),
beta_contest as {{materialized}} (
  select
    arm_id,
    chance,
    sum(mean_when_best) over whole_group as highest_mean,
    sum(chance) over whole_group as chance_sum
  from beta_arm_wins
  window whole_group as (
    partition by group_id order by arm_id rows between unbounded preceding and unbounded following
  )
)
{{/macro}}

{{!--
  CTEs of beta_posterior: from beta_shapes to beta_intervals (arm_id, ci_low, ci_high).
  257 nodes an arm, closest around its mode; the running sum brackets each quantile within one panel.
--}}
{{#macro "beta_interval" "level"}}
beta_grid as {{materialized}} (
  select
    beta_shapes.*,
    from_mode + mode as node
  from (
    select
      beta_shapes.*,
      steps.number,
      (case when steps.number < 1.28e2 then lowest else highest end - mode) * steps.outwards as from_mode
    from beta_shapes
    cross join {{beta_steps 256}} as steps
    {{fence}}
  ) as beta_shapes
),
beta_grid_densities as {{materialized}} (
  select
    arm_id, alpha, beta, total, mean, complement, mode, log_height, number, node, density, slope,
    density * slope as rise,
    density * (slope * slope + bend) as turn
  from (
    {{beta_curve "beta_grid"}}
  ) as evaluated
),
{{!-- next_below = F at the next node; below the first node the density falls off like an exponential. --}}
beta_grid_cumulated as {{materialized}} (
  select
    beta_panels.*,
    sum(panel + before_first) over (partition by arm_id order by node rows unbounded preceding) as next_below
  from (
    select
      beta_neighbours.*,
      {{hermite_panel "width" "density" "next_density" "rise" "next_rise" "turn" "next_turn"}} as panel,
      case when number = 0e0 then density / slope else 0e0 end as before_first
    from (
      select
        beta_grid_densities.*,
        lead(node) over upwards - node as width,
        lead(density) over upwards as next_density,
        lead(rise) over upwards as next_rise,
        lead(turn) over upwards as next_turn
      from beta_grid_densities
      window upwards as (partition by arm_id order by node)
    ) as beta_neighbours
    {{fence}}
  ) as beta_panels
),
beta_tails as (
  select 0 as tail, (1e0 - cast({{level}} as double precision)) / 2e0 as target
  union all
  select 1 as tail, (1e0 + cast({{level}} as double precision)) / 2e0 as target
),
{{!-- `start_*` is the node below the quantile, `node` the guess that the steps improve. --}}
beta_guess_0 as {{materialized}} (
  select
    arm_id, tail, target, alpha, beta, total, mean, complement, mode, log_height,
    node as start_node,
    density as start_density,
    rise as start_rise,
    turn as start_turn,
    next_below - panel as start_below,
    node + width * (target - (next_below - panel)) / panel as node
  from beta_grid_cumulated
  inner join beta_tails on next_below - panel <= target and next_below > target
),
beta_guess_1 as {{materialized}} ({{beta_halley_step "beta_guess_0"}}),
beta_guess_2 as {{materialized}} ({{beta_halley_step "beta_guess_1"}}),
beta_guess_3 as {{materialized}} ({{beta_halley_step "beta_guess_2"}}),
beta_intervals as {{materialized}} (
  select
    arm_id,
    max(case when tail = 0 then 1e0 / (1e0 + exp(-node)) end) as ci_low,
    max(case when tail = 1 then 1e0 / (1e0 + exp(-node)) end) as ci_high
  from beta_guess_3
  group by arm_id
)
{{/macro}}

{{!--
  The nodes 0..steps of a grid around a mode: `outwards` is how far out a node lies, from 1 at the lower end through
  0 in the middle to 1 at the upper end. Closest in the middle, where densities turn; their tails are exponential.
--}}
{{#macro "beta_steps" "steps"}}
(
  select number, from_middle * (3e-1 + 7e-1 * from_middle * from_middle) as outwards
  from (
    select number, abs(2e0 * number / {{steps}} - 1e0) as from_middle
    from {{number_series 0 steps}} as numbers
  ) as measured
)
{{/macro}}

{{!-- One Halley step towards F(node) = target: F is the running sum at start_node and one panel from there. --}}
{{#macro "beta_halley_step" "guess"}}
  select
    arm_id, tail, target, alpha, beta, total, mean, complement, mode, log_height,
    start_node, start_density, start_rise, start_turn, start_below,
    node - newton_step / (1e0 - (case when abs(newton_step * slope) < 5e-1 then 5e-1 * newton_step * slope else 0e0 end))
      as node
  from (
    select
      evaluated.*,
      (
        start_below - target
        + {{hermite_panel
          "(node - start_node)" "start_density" "density" "start_rise" "density * slope"
          "start_turn" "density * (slope * slope + bend)"}}
      ) / nullif(density, 0e0) as newton_step
    from (
      {{beta_curve (concat "(select " guess ".*, node - mode as from_mode from " guess ")")}}
    ) as evaluated
    {{fence}}
  ) as stepped
{{/macro}}

{{!--
  A query that adds to each row of `rel` what the Beta density in t = logit(rate) is at its node:
  rate, rate_left (1 - rate), log_density, density, slope (l') and bend (l'').
  rel has alpha, beta, total, mean, complement, log_height, node, and from_mode = node - mode.
  Near the mode the exact form cancels, so a series in from_mode stands in for it.
--}}
{{#macro "beta_curve" "rel"}}
select
  beta_logs.*,
  {{safe_exp "log_density"}} as density,
  case when mean <= complement then alpha - total * rate else total * rate_left - beta end as slope,
  -total * rate * rate_left as bend
from (
  select
    beta_growths.*,
    log_height + case
      when abs(from_mode) < 2e-2 then
        -total * mean * complement * from_mode * from_mode * (
          5e-1 + from_mode * (
            (complement - mean) / 6e0 + from_mode * (
              (1e0 - 6e0 * mean * complement) / 2.4e1 + from_mode * (
                (complement - mean) * (1e0 - 1.2e1 * mean * complement) / 1.2e2 + from_mode * (
                  (1e0 - 3e1 * mean * complement + 1.2e2 * mean * mean * complement * complement) / 7.2e2
                )
              )
            )
          )
        )
      else
        case when mean <= complement then alpha * from_mode else -beta * from_mode end
        {{!-- ln(1 + growth), with the digits that 1 + growth loses put back --}}
        - total * (ln(1e0 + growth) + (growth - ((1e0 + growth) - 1e0)) / (1e0 + growth))
    end as log_density
  from (
    select
      beta_points.*,
      1e0 / (1e0 + exp(-node)) as rate,
      1e0 / (1e0 + exp(node)) as rate_left,
      case
        when mean <= complement then mean * (exp(from_mode) - 1e0)
        else complement * (exp(-from_mode) - 1e0)
      end as growth
    from {{rel}} as beta_points
    {{fence}}
  ) as beta_growths
  {{fence}}
) as beta_logs
{{/macro}}

{{!--
  The integral over one panel from the value, slope and second derivative at both its ends:
  h/2 (f0 + f1) + h^2/10 (f0' - f1') + h^3/120 (f0'' + f1''). Exact to the fifth degree.
--}}
{{#macro "hermite_panel" "width" "left" "right" "left_slope" "right_slope" "left_bend" "right_bend"}}
(
  {{width}} * 5e-1 * ({{left}} + {{right}})
  + {{width}} * {{width}} * 1e-1 * ({{left_slope}} - {{right_slope}})
  + {{width}} * {{width}} * {{width}} * ({{left_bend}} + {{right_bend}}) / 1.2e2
)
{{/macro}}

{{!--
  s(z) = ln gamma(z) - ((z - 1/2) ln z - z + ln(2 pi)/2) for z > 0: what Stirling's formula leaves out, to 6e-15.
  The asymptotic series (Abramowitz and Stegun 6.1.40) from z = 10 on, below that shifted up by 10.
  `z` is used many times: give a column.
--}}
{{#macro "stirling_remainder" "z"}}
(case
  when {{z}} >= 1e1 then {{stirling_series z}}
  else
    ({{z}} + 9.5e0) * ln({{z}} + 1e1) - 1e1 + {{stirling_series (concat "(" z " + 1e1)")}}
    - ln({{z}} * ({{z}} + 1e0) * ({{z}} + 2e0) * ({{z}} + 3e0) * ({{z}} + 4e0)
      * ({{z}} + 5e0) * ({{z}} + 6e0) * ({{z}} + 7e0) * ({{z}} + 8e0) * ({{z}} + 9e0))
    - ({{z}} - 5e-1) * ln({{z}})
end)
{{/macro}}

{{#macro "stirling_series" "z"}}
((8.333333333333333e-2 + (-2.777777777777778e-3 + (7.936507936507937e-4 + (-5.952380952380953e-4
  + (8.417508417508417e-4 + (-1.9175269175269176e-3 + (6.410256410256410e-3 + (-2.955065359477124e-2)
  / ({{z}} * {{z}})) / ({{z}} * {{z}})) / ({{z}} * {{z}})) / ({{z}} * {{z}})) / ({{z}} * {{z}})) / ({{z}} * {{z}}))
  / ({{z}} * {{z}})) / {{z}})
{{/macro}}

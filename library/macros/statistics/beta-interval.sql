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

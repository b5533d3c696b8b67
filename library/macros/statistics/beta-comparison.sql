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
{{beta_rivals}},
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
  CTEs of beta_comparison: from beta_hazards to beta_rivals, what all other arms of the group add up to at each node.
  Summed in the order of arms, so that the last digits are the same in every run. Each database gets the form it is
  quick with: DuckDB's ordered window is ten times slower than its join, and Postgres, which cannot know how many
  rows there will be, may join by a nested loop.
--}}
{{#macro "beta_rivals" adapter="duckdb"}}
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
)
{{/macro}}

{{#macro "beta_rivals" adapter="postgres"}}
beta_rivals as {{materialized}} (
  select
    beta_hazards.*,
    sum(log_below) over all_arms - log_below as rivals_log_below,
    sum(hazard) over all_arms - hazard as rivals_hazard,
    sum(hazard * (slope - hazard)) over all_arms - hazard * (slope - hazard) as rivals_hazard_slope
  from beta_hazards
  window all_arms as (
    partition by group_id, node order by arm_id rows between unbounded preceding and unbounded following
  )
)
{{/macro}}

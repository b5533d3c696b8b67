{{!--
  CTEs from arm_densities to arm_contest: arm_id, chance (that this arm's value is the highest of its group), highest_mean
  (the mean of the highest value) and chance_sum (the group's sum of chances, 1 but for the error of the integrals).

  arm_densities has a row per group_id, arm_id and node of the group's grid:

  - width: from this node to the next, NULL at the last
  - log_density, density, slope, bend: of the arm's density f, slope = (ln f)', bend = (ln f)''
  - value, value_slope, value_bend: what is compared, as a function of the node, and its derivatives
  - tail, tail_gain: at the last node the integrals of f and of f * value above it, 0 elsewhere

  With `is_paced` an arm's density and its derivatives are those of a coordinate of its own, in which width is measured
  too; pace is the derivative of that by the node, which all arms share, and pace_slope that of pace.

  All integrals are sums over panels by the two-point Hermite rule, since two derivatives are known of all that is
  integrated.
--}}
{{#macro "arm_comparison" is_paced=false}}
{{!-- F = 1 - (all panels from here up). --}}
arm_hazards as {{materialized}} (
  select arm_floored.*, ln(below) as log_below, density / below as hazard
  from (
    select
      arm_cumulated.*,
      case when above < 9.99999999999999e-1 then 1e0 - above else 1e-15 end as below
    from (
      select
        group_id, arm_id, node, width, log_density, density, slope, bend,
        value, value_slope, value_bend, tail, tail_gain{{#if is_paced}}, pace, pace_slope{{/if}},
        sum(panel) over whole_arm - (sum(panel) over up_to_here - panel) as above
      from (
        select
          arm_neighbours.*,
          case
            when width is not null then {{hermite_panel
              "width" "density" "next_density" "density * slope" "next_rise"
              "density * (slope * slope + bend)" "next_turn"}}
            else tail
          end as panel
        from (
          select
            arm_densities.*,
            lead(density) over upwards as next_density,
            lead(density * slope) over upwards as next_rise,
            lead(density * (slope * slope + bend)) over upwards as next_turn
          from arm_densities
          window upwards as (partition by arm_id order by node)
        ) as arm_neighbours
        {{fence}}
      ) as arm_panels
      window
        whole_arm as (partition by arm_id order by node rows between unbounded preceding and unbounded following),
        up_to_here as (partition by arm_id order by node rows unbounded preceding)
    ) as arm_cumulated
    {{fence}}
  ) as arm_floored
),
{{#if is_paced}}
{{arm_rivals "hazard * pace" "(hazard * (slope - hazard) * pace * pace + hazard * pace_slope)"}},
{{else}}
{{arm_rivals "hazard" "(hazard * (slope - hazard))"}},
{{/if}}
{{!-- win = f_k * product of the rivals' F, the density of "k is the best, at this value"; gain = win * value. --}}
arm_wins as {{materialized}} (
  select
    group_id,
    arm_id,
    node,
    width,
    win,
    win * win_slope as win_rise,
    win * (win_slope * win_slope + win_bend) as win_turn,
    win * value as gain,
    win * (win_slope * value + value_slope) as gain_rise,
    win * ((win_slope * win_slope + win_bend) * value + 2e0 * win_slope * value_slope + value_bend) as gain_turn,
    tail * rivals_below as tail,
    tail_gain * rivals_below as tail_gain
  from (
    select
      arm_joint.*,
      {{safe_exp "log_win"}} as win,
      case when width is null then {{safe_exp "rivals_log_below"}} end as rivals_below
    from (
      select
        group_id,
        arm_id,
        node,
        width,
        value,
        value_slope,
        value_bend,
        tail,
        tail_gain,
        rivals_log_below,
        log_density + rivals_log_below as log_win,
        {{#if is_paced}}
        slope + rivals_hazard / pace as win_slope,
        bend + rivals_hazard_slope / (pace * pace) - rivals_hazard * pace_slope / (pace * pace * pace) as win_bend
        {{else}}
        slope + rivals_hazard as win_slope,
        bend + rivals_hazard_slope as win_bend
        {{/if}}
      from arm_rivals
      {{fence}}
    ) as arm_joint
    {{fence}}
  ) as arm_joint_densities
),
arm_totals as {{materialized}} (
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
      case
        when width is null then tail
        else {{hermite_panel "width" "win" "next_win" "win_rise" "next_win_rise" "win_turn" "next_win_turn"}}
      end as chance_panel,
      case
        when width is null then tail_gain
        else {{hermite_panel "width" "gain" "next_gain" "gain_rise" "next_gain_rise" "gain_turn" "next_gain_turn"}}
      end as gain_panel
    from (
      select
        arm_wins.*,
        lead(win) over upwards as next_win,
        lead(win_rise) over upwards as next_win_rise,
        lead(win_turn) over upwards as next_win_turn,
        lead(gain) over upwards as next_gain,
        lead(gain_rise) over upwards as next_gain_rise,
        lead(gain_turn) over upwards as next_gain_turn
      from arm_wins
      window upwards as (partition by arm_id order by node)
    ) as arm_neighbours
    {{fence}}
  ) as arm_panels
  group by group_id, arm_id
),
arm_contest as {{materialized}} (
  select
    arm_id,
    chance,
    sum(mean_when_best) over whole_group as highest_mean,
    sum(chance) over whole_group as chance_sum
  from arm_totals
  window whole_group as (
    partition by group_id order by arm_id rows between unbounded preceding and unbounded following
  )
)
{{/macro}}

{{!--
  CTEs of arm_comparison: from arm_hazards to arm_rivals, what all other arms of the group add up to at each node.
  Summed in the order of arms, so that the last digits are the same in every run. Each database gets the form it is
  quick with: DuckDB's ordered window is ten times slower than its join, and Postgres, which cannot know how many
  rows there will be, may join by a nested loop.
--}}
{{#macro "arm_rivals" "hazard" "hazard_slope" adapter="duckdb"}}
arm_sums as {{materialized}} (
  select
    group_id,
    node,
    sum(log_below order by arm_id) as total_log_below,
    sum({{hazard}} order by arm_id) as total_hazard,
    sum({{hazard_slope}} order by arm_id) as total_hazard_slope
  from arm_hazards
  group by group_id, node
),
arm_rivals as {{materialized}} (
  select
    arm_hazards.*,
    total_log_below - log_below as rivals_log_below,
    total_hazard - {{hazard}} as rivals_hazard,
    total_hazard_slope - {{hazard_slope}} as rivals_hazard_slope
  from arm_hazards
  inner join arm_sums on arm_sums.group_id = arm_hazards.group_id and arm_sums.node = arm_hazards.node
)
{{/macro}}

{{#macro "arm_rivals" "hazard" "hazard_slope" adapter="postgres"}}
arm_rivals as {{materialized}} (
  select
    arm_hazards.*,
    sum(log_below) over all_arms - log_below as rivals_log_below,
    sum({{hazard}}) over all_arms - {{hazard}} as rivals_hazard,
    sum({{hazard_slope}}) over all_arms - {{hazard_slope}} as rivals_hazard_slope
  from arm_hazards
  window all_arms as (
    partition by group_id, node order by arm_id rows between unbounded preceding and unbounded following
  )
)
{{/macro}}

{{!-- prob_best from arm_contest, for the CTE `shapes` that has arms_compared. --}}
{{#macro "compared_chance" "shapes"}}
case
  when {{shapes}}.arms_compared = 1 or arm_contest.chance > 1e0 then 1e0
  else arm_contest.chance
end
{{/macro}}

{{!-- The check that comes free of the integrals. --}}
{{#macro "message_of_comparison"}}
{{return "case when abs(arm_contest.chance_sum - 1e0) > 1e-6 then 'prob_best of the group does not add up to 1' end"}}
{{/macro}}

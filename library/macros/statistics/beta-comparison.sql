{{!--
  CTEs of beta_posterior: from beta_shapes to arm_contest (see `arm_comparison`).
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
arm_densities as {{materialized}} (
  select
    group_id,
    arm_id,
    node,
    width,
    log_density,
    density,
    slope,
    bend,
    rate as value,
    rate * rate_left as value_slope,
    rate * rate_left * (rate_left - rate) as value_bend,
    {{!-- Above the last node the density falls off like an exponential. --}}
    case when width is null and slope < 0e0 then density / (-slope) else 0e0 end as tail,
    case when width is null and slope < 0e0 then rate * density / (-slope) else 0e0 end as tail_gain
  from (
    {{beta_curve "(
      select beta_shapes.*, beta_nodes.node, beta_nodes.width, beta_nodes.node - beta_shapes.mode as from_mode
      from beta_shapes
      inner join beta_nodes on beta_nodes.group_id = beta_shapes.group_id
    )"}}
  ) as evaluated
),
{{arm_comparison}}
{{/macro}}

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

{{!--
  The same where a success of each arm has a price: price * rate is compared. The common grid is c = logit(reward / highest
  price of the group); an arm's own node is t = logit(reward / its price), where its density is smooth, so each arm's
  panels are as wide as they are in its own t, and `pace` = dt/dc leads from the one to the other. Above its price an
  arm's distribution function is 1. The grid is not thinned: beside its price an arm needs all its nodes.
--}}
{{#macro "beta_price_comparison"}}
beta_priced as {{materialized}} (
  select
    ranged.*,
    {{node_among_prices "lowest"}} as lowest_node,
    {{node_among_prices "highest"}} as highest_node
  from (
    select beta_shapes.*, max(price) over (partition by group_id) / price as price_ratio
    from beta_shapes
    where arms_compared > 1
  ) as ranged
),
beta_groups as {{materialized}} (
  select group_id, max(price) as top_price, max(lowest_node) as grid_start, max(highest_node) as grid_end
  from beta_priced
  group by group_id
),
beta_nodes as {{materialized}} (
  select distinct group_id, node
  from (
    select candidates.*, {{node_among_prices "own_node"}} as node
    from (
      select
        beta_priced.*,
        grid_start,
        grid_end,
        mode + (case when steps.number < 4.8e1 then lowest else highest end - mode) * steps.outwards as own_node
      from beta_priced
      inner join beta_groups on beta_groups.group_id = beta_priced.group_id
      cross join {{beta_steps 96}} as steps
      {{fence}}
    ) as candidates
    {{fence}}
  ) as placed
  where node between grid_start and grid_end
  {{!-- Where an arm ends, so that no wide panel of another reaches over it. --}}
  union
  select beta_priced.group_id, -ln(price_ratio - 1e0) as node
  from beta_priced
  inner join beta_groups on beta_groups.group_id = beta_priced.group_id
  where price_ratio > 1e0 and -ln(price_ratio - 1e0) between grid_start and grid_end
),
arm_densities as {{materialized}} (
  select
    group_id,
    arm_id,
    grid_node as node,
    case when is_within = 1 and is_followed = 1 then next_node - node end as width,
    case when is_within = 1 then log_density else -1e3 end as log_density,
    case when is_within = 1 then density else 0e0 end as density,
    case when is_within = 1 then slope else 0e0 end as slope,
    case when is_within = 1 then bend else 0e0 end as bend,
    rate / price_ratio as value,
    rate * rate_left / price_ratio as value_slope,
    rate * rate_left * (rate_left - rate) / price_ratio as value_bend,
    {{!-- What is left above the last node within the arm's range: next to its price. --}}
    case when is_within = 1 and is_followed = 0 and slope < 0e0 then density / (-slope) else 0e0 end as tail,
    case
      when is_within = 1 and is_followed = 0 and slope < 0e0 then rate / price_ratio * density / (-slope) else 0e0
    end as tail_gain,
    case when is_within = 1 then 1e0 / (1e0 + exp(grid_node)) / rate_left else 1e0 end as pace,
    case
      when is_within = 1
      then 1e0 / (1e0 + exp(grid_node)) * (rate - 1e0 / (1e0 + exp(-grid_node))) / (rate_left * rate_left)
      else 0e0
    end as pace_slope
  from (
    {{beta_curve "(
      select
        shown.*,
        case when is_within = 1 then own_node else mode end as node,
        case when is_within = 1 then own_node - mode else 0e0 end as from_mode,
        lead(own_node) over upwards as next_node,
        coalesce(lead(is_within) over upwards, 0) as is_followed
      from (
        select
          reached.*,
          case when own_node <= highest and (price_ratio = 1e0 or own_node <= 3e1) then 1 else 0 end as is_within
        from (
          select
            shares.*,
            case
              when price_ratio = 1e0 then grid_node
              when own_rate < 9.99999999999999e-1 then ln(own_rate / (1e0 - own_rate))
              else 1e3
            end as own_node
          from (
            select
              beta_priced.*,
              beta_nodes.node as grid_node,
              price_ratio / (1e0 + exp(-beta_nodes.node)) as own_rate
            from beta_priced
            inner join beta_nodes on beta_nodes.group_id = beta_priced.group_id
          ) as shares
        ) as reached
      ) as shown
      window upwards as (partition by arm_id order by grid_node)
    )"}}
  ) as evaluated
),
{{arm_comparison is_paced=true}}
{{/macro}}

{{!-- The common node of an arm's own node: logit of (its rate / price_ratio). --}}
{{#macro "node_among_prices" "own"}}
(case
  when price_ratio = 1e0 then {{own}}
  else -ln(price_ratio * (1e0 + exp(-{{own}})) - 1e0)
end)
{{/macro}}

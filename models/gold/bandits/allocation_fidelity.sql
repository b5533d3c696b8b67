-- Whether arms were drawn with the shares that were published: of each snapshot, and of all selections together.
with draws as (
  select
    experiment_id,
    segment,
    snapshot_id,
    policy,
    cast(weights as varchar) as weights,
    price_id,
    count(*) as selected
  from {{ref "stg_price_selections"}}
  where is_drawn
  group by experiment_id, segment, snapshot_id, policy, cast(weights as varchar), price_id
),
{{!-- Selections drawn from the very same shares are one line: n of them. --}}
lots as (
  select experiment_id, segment, snapshot_id, policy, weights, sum(selected) as n
  from draws
  group by experiment_id, segment, snapshot_id, policy, weights
),
published as (
  select snapshot_id, experiment_id, segment, price_id, max(weight) as weight
  from {{ref "bandit_weight_snapshots"}}
  group by snapshot_id, experiment_id, segment, price_id
),
offered as (
  select
    lots.experiment_id,
    lots.segment,
    lots.snapshot_id,
    bandits.price_id,
    lots.n,
    coalesce(draws.selected, 0) as selected,
    coalesce({{number_under "lots.weights" "bandits.price_id"}}, 0e0) as share,
    case when lots.policy = 'planned' then bandits.planned_share else published.weight end as published_share
  from lots
  inner join {{ref "bandits"}} as bandits on bandits.experiment_id = lots.experiment_id
  left join draws
    on draws.experiment_id = lots.experiment_id
    and draws.segment = lots.segment
    and draws.snapshot_id is not distinct from lots.snapshot_id
    and draws.policy = lots.policy
    and draws.weights = lots.weights
    and draws.price_id = bandits.price_id
  left join published
    on published.snapshot_id = lots.snapshot_id
    and published.experiment_id = lots.experiment_id
    and published.segment = lots.segment
    and published.price_id = bandits.price_id
),
measured as (
  {{#each (list "snapshot" "all") as |scope|}}
  select
    experiment_id,
    segment,
    '{{scope}}' as scope,
    {{#if (eq scope "snapshot")}}snapshot_id{{else}}cast(null as varchar){{/if}} as snapshot_id,
    price_id,
    sum(n) as selections,
    sum(selected) as selected,
    sum(n * share) as expected,
    sum(n * share * (1e0 - share)) as variance,
    sum(case when published_share is null then n else 0 end) as unpublished,
    sum(n * published_share) as published
  from offered
  group by experiment_id, segment, {{#if (eq scope "snapshot")}}snapshot_id, {{/if}}price_id
  {{#unless @last}}union all{{/unless}}
  {{/each}}
),
judged as (
  select
    measured.*,
    case when variance > 1e-9 then (selected - expected) / sqrt(variance) end as z
  from measured
)
select
  experiment_id,
  segment,
  scope,
  snapshot_id,
  price_id,
  cast(selections as bigint) as selections,
  cast(selected as bigint) as selected,
  {{safe_divide "selected" "selections"}} as selected_share,
  {{safe_divide "expected" "selections"}} as drawn_share,
  case when unpublished = 0 then {{safe_divide "published" "selections"}} end as published_share,
  z,
  case
    when unpublished > 0 then false
    when variance <= 1e-9 then abs(selected - expected) < 5e-1
    when variance >= 5e0 then abs(z) <= 4e0
  end as passed,
  case
    when unpublished > 0 then 'drawn from shares that were never published'
    when variance <= 1e-9 and abs(selected - expected) >= 5e-1 then 'drawn though its share was 0, or not drawn though it was 1'
    when variance <= 1e-9 then null
    when variance < 5e0 then 'too few selections for a verdict'
    when abs(z) > 4e0 then 'not drawn as often as its share says'
  end as message
from judged

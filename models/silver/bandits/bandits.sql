-- One row per arm of an experiment: of a file an arm exists if an event names it, of a declared one if it is declared.
with arms as (
  select
    experiment_id,
    item_id as price_id,
    item_id as label,
    cast(null as double precision) as price,
    cast(null as double precision) as cost,
    cast(null as double precision) as planned_share,
    cast(null as double precision) as budget,
    cast(null as double precision) as stock,
    min(event_timestamp) as first_seen_at,
    max(event_timestamp) as last_seen_at
  from {{ref "stg_open_bandit_events"}}
  group by experiment_id, item_id
  union all
  select
    declared.experiment_id,
    declared.price_id,
    declared.label,
    declared.price,
    declared.cost,
    declared.planned_share,
    declared.budget,
    declared.stock,
    min(events.event_timestamp) as first_seen_at,
    max(events.event_timestamp) as last_seen_at
  from {{ref "stg_declared_arms"}} as declared
  left join {{ref "stg_price_events"}} as events
    on events.experiment_id = declared.experiment_id
    and events.price_id = declared.price_id
  group by
    declared.experiment_id,
    declared.price_id,
    declared.label,
    declared.price,
    declared.cost,
    declared.planned_share,
    declared.budget,
    declared.stock
)
select
  arms.experiment_id,
  arms.price_id,
  arms.label,
  arms.price,
  arms.cost,
  arms.planned_share,
  arms.budget,
  arms.stock,
  arms.first_seen_at,
  arms.last_seen_at,
  items.item_id is not null as has_item_context,
  items.item_feature_0,
  items.item_feature_1,
  items.item_feature_2,
  items.item_feature_3
from arms
left join {{ref "stg_open_bandit_items"}} as items on items.item_id = arms.price_id and arms.price is null

-- One row per arm of an experiment: an arm exists if an event names it.
with arms as (
  select
    experiment_id,
    item_id as price_id,
    min(event_timestamp) as first_seen_at,
    max(event_timestamp) as last_seen_at
  from {{ref "stg_open_bandit_events"}}
  group by experiment_id, item_id
)
select
  arms.experiment_id,
  arms.price_id,
  arms.first_seen_at,
  arms.last_seen_at,
  items.item_id is not null as has_item_context,
  items.item_feature_0,
  items.item_feature_1,
  items.item_feature_2,
  items.item_feature_3
from arms
left join {{ref "stg_open_bandit_items"}} as items on items.item_id = arms.price_id

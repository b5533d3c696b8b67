-- The Open Bandit items, typed: one row per item, whichever rows the file has.
with cleaned as (
  select
    nullif({{text_of "item_id"}}, '') as item_id,
    {{safe_cast "item_feature_0" "double precision"}} as item_feature_0,
    nullif({{text_of "item_feature_1"}}, '') as item_feature_1,
    nullif({{text_of "item_feature_2"}}, '') as item_feature_2,
    nullif({{text_of "item_feature_3"}}, '') as item_feature_3
  from {{ref "open_bandit_items"}}
),
ranked as (
  select
    cleaned.*,
    row_number() over (
      partition by item_id
      order by item_feature_0, item_feature_1, item_feature_2, item_feature_3
    ) as place
  from cleaned
)
select
  item_id,
  item_feature_0,
  item_feature_1,
  item_feature_2,
  item_feature_3
from ranked
where item_id is not null
  and place = 1

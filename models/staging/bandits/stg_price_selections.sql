-- The usable selections, one row each: what was drawn, from which shares.
with usable as (
  select *
  from {{ref "stg_price_selection_log"}}
  where rejection_reason is null
),
arrived_first as (
  {{deduplicate "usable" "selection_id" "_load_seq"}}
)
select
  selection_id,
  experiment_id,
  price_id,
  segment,
  policy,
  policy <> 'default' as is_drawn,
  propensity,
  weights,
  snapshot_id,
  user_id,
  session_id,
  selected_at
from arrived_first

-- The usable selections, one row each: what was drawn, from which shares.
with ranked as (
  select
    log.*,
    row_number() over (partition by selection_id order by _load_seq) as arrival
  from {{ref "stg_price_selection_log"}} as log
  where rejection_reason is null
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
from ranked
where arrival = 1

-- The arms that the server has drawn, as it wrote them down.
select
  _load_seq,
  _batch_id,
  selection_id,
  experiment_id,
  price_id,
  segment,
  policy,
  propensity,
  weights,
  snapshot_id,
  user_id,
  session_id,
  selected_at
from {{source "bandits" "price_selections"}}

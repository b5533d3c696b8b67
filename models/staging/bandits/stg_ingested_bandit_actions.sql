-- What people did to experiments through the server, as it wrote it down.
select
  _load_seq,
  action_id,
  experiment_id,
  price_id,
  action,
  reason,
  acted_by,
  acted_at,
  state_after,
  budget_after
from {{source "bandits" "bandit_actions"}}

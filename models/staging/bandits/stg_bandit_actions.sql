-- What people did to running experiments: pause, resume, end, budget; of each kind the latest is marked.
with told as (
  select
    actions.*,
    {{event_time (trimmed "acted_at")}} as acted_timestamp,
    row_number() over (partition by action_id order by _load_seq) as arrival
  from {{ref (var "bandit_actions")}} as actions
),
ranked as (
  select
    told.*,
    {{!-- State and budget are told apart: a budget does not resume. --}}
    row_number() over (
      partition by experiment_id, price_id, case when action = 'budget' then 1 else 0 end
      order by acted_timestamp desc nulls last, _load_seq desc
    ) as recency
  from told
  where arrival = 1
    and experiment_id is not null
    and action in ('pause', 'resume', 'end', 'budget')
)
select
  action_id,
  experiment_id,
  price_id,
  action,
  reason,
  acted_by,
  acted_timestamp as acted_at,
  state_after,
  cast(budget_after as double precision) as budget_after,
  case when recency = 1 then 1 else 0 end as is_latest
from ranked

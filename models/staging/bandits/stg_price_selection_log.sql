-- Every selection that arrived, typed, with the reason if it cannot be used.
{{config
  materialized="incremental"
  arrival_column="_load_seq"
  lint_off=(list "lint-partial-order")
}}

with arrived as (
  select
    _load_seq,
    _batch_id,
    {{#each (list
      "selection_id" "experiment_id" "price_id" "segment" "policy" "snapshot_id" "user_id" "session_id"
      "selected_at") as |column|}}
    {{trimmed column}} as {{column}},
    {{/each}}
    propensity,
    weights
  from {{new_rows (var "price_selections")}} as arrived
),
typed as (
  select
    arrived.*,
    {{event_time "selected_at"}} as selected_timestamp
  from arrived
  {{fence}}
)
select
  typed._load_seq,
  typed._batch_id,
  case
    when typed.selection_id is null then 'missing_selection'
    when typed.experiment_id is null then 'missing_experiment'
    when arms.experiment_id is null then 'unknown_experiment_or_price'
    when typed.selected_timestamp is null then 'invalid_timestamp'
    when typed.policy is null or typed.policy not in ('posterior', 'planned', 'default') then 'unknown_policy'
    when typed.propensity is null or not (typed.propensity > 0e0 and typed.propensity <= 1e0) then 'invalid_propensity'
    when typed.policy <> 'default' and typed.weights is null then 'missing_weights'
  end as rejection_reason,
  typed.selection_id,
  typed.experiment_id,
  typed.price_id,
  coalesce(typed.segment, '') as segment,
  typed.policy,
  cast(typed.propensity as double precision) as propensity,
  typed.weights,
  typed.snapshot_id,
  typed.user_id,
  typed.session_id,
  typed.selected_timestamp as selected_at
from typed
left join {{ref "stg_declared_arms"}} as arms
  on arms.experiment_id = typed.experiment_id
  and arms.price_id = typed.price_id

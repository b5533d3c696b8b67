-- Every event of price experiments that arrived, from files or over HTTP, typed, with the reason if it says too little or what is none.
{{config
  materialized="incremental"
  on_schema_change="append_new_columns"
  lint_off=(list "lint-partial-order")
}}

{{!-- Each of the two has an order of arrival of its own. --}}
with sent as (
  {{#let fields=(list
    "event_id" "event_name" "experiment_id" "price_id" "event_timestamp" "user_id" "session_id" "outcome" "amount"
    "currency" "device" "selection_id" "context")}}
  select
    'file' as origin,
    _load_seq,
    _batch_id,
    _loaded_at,
    {{join fields ", "}}
  from {{new_rows (var "price_events")}} as from_files
  union all
  select
    'live' as origin,
    _load_seq,
    _batch_id,
    _loaded_at,
    {{join fields ", "}}
  from {{new_rows (source "bandits" "live_price_events")}} as over_http
),
arrived as (
  select
    origin,
    _load_seq,
    _batch_id,
    _loaded_at at time zone 'UTC' as loaded_at,
    {{#each fields as |column|}}
    {{trimmed column}} as {{column}}_text{{#unless @last}},{{/unless}}
    {{/each}}
  from sent
  {{/let}}
),
typed as (
  select
    arrived.*,
    lower(event_name_text) as event_name,
    lower(outcome_text) as outcome,
    {{event_time "event_timestamp_text"}} as event_timestamp,
    {{read_amount "amount_text"}} as amount
  from arrived
  {{fence}}
)
select
  typed.origin,
  typed._load_seq,
  typed._batch_id,
  typed.loaded_at as processed_at,
  case
    when typed.event_name is null then 'missing_event_name'
    when typed.event_name not in ('impression_event', 'conversion_event', 'revenue_event') then 'unknown_event_name'
    when typed.experiment_id_text is null then 'missing_experiment'
    when typed.price_id_text is null then 'missing_price'
    when typed.event_timestamp_text is null then 'missing_timestamp'
    when typed.event_timestamp is null then 'invalid_timestamp'
    when typed.event_timestamp > typed.loaded_at + {{minutes (var "max_clock_skew_minutes")}} then 'future_timestamp'
    when typed.event_name = 'conversion_event' and typed.outcome not in ('purchase', 'click') then 'unknown_outcome'
    when typed.event_name = 'revenue_event' and typed.amount_text is null then 'missing_amount'
    when typed.amount_text is not null and typed.amount is null then 'invalid_amount'
  end as rejection_reason,
  coalesce(
    typed.event_id_text,
    {{surrogate_key (list
      "typed.event_name" "typed.experiment_id_text" "typed.price_id_text" "typed.event_timestamp_text"
      "typed.user_id_text" "typed.session_id_text" "typed.outcome" "typed.amount_text")}}
  ) as event_id,
  typed.event_name,
  typed.experiment_id_text as experiment_id,
  typed.price_id_text as price_id,
  typed.event_timestamp,
  typed.user_id_text as user_id,
  typed.session_id_text as session_id,
  case when typed.event_name = 'conversion_event' then typed.outcome end as outcome,
  typed.amount,
  coalesce(lower(typed.device_text), 'unknown') as device,
  typed.event_timestamp_text as sent_timestamp,
  typed.outcome_text as sent_outcome,
  typed.amount_text as sent_amount,
  typed.currency_text as sent_currency,
  typed.selection_id_text as selection_id,
  typed.context_text as context
from typed

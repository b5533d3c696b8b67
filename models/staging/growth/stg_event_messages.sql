-- Every message that arrived, typed, with the reason if it cannot be used.
{{config
  materialized="incremental"
  arrival_column="_load_seq"
  lint_off=(list "lint-partial-order")
  indexes=(looked_up_by (list (list "_load_seq") (list "source_event_id")))
}}

with arrived as (
  select
    _load_seq,
    _batch_id,
    _loaded_at at time zone 'UTC' as loaded_at,
    {{#each (list
      "event_id" "event_name" "event_timestamp" "user_id" "user_pseudo_id" "platform" "transaction_id" "currency"
      "experiment_id" "experiment_variant" "items") as |column|}}
    {{trimmed column}} as {{column}}_text{{#unless @last}},{{/unless}}
    {{/each}}
  from {{new_rows "stg_ingested_events"}} as arrived
),
typed as (
  select
    arrived.*,
    {{event_time "event_timestamp_text"}} as event_timestamp,
    coalesce(user_id_text, user_pseudo_id_text) as user_id,
    {{is_plain_item_list "items_text"}} as is_plain_json
  from arrived
  {{fence}}
),
{{!-- Few texts need a close look: those that one pattern does not know as JSON of plain items, or as such when it is translated. --}}
translated as (
  select
    typed.*,
    case
      when is_plain_json or {{is_item_list "items_text"}} then items_text
      else {{python_as_json "items_text"}}
    end as items_translated
  from typed
  {{fence}}
),
looked_at as (
  select
    translated.*,
    is_plain_json or {{is_plain_item_list "items_translated"}} as is_plain
  from translated
  {{fence}}
),
readable as (
  select
    looked_at.*,
    case when is_plain or {{is_item_list "items_translated"}} then items_translated end as items_json
  from looked_at
  {{fence}}
),
checked as (
  select
    readable.*,
    case
      when event_name_text is null then 'missing_event_name'
      when event_timestamp_text is null then 'missing_timestamp'
      when event_timestamp is null then 'invalid_timestamp'
      when event_timestamp > loaded_at + {{minutes (var "max_clock_skew_minutes")}} then 'future_timestamp'
      when user_id is null then 'missing_user'
      when items_text is not null and items_json is null then 'malformed_items'
      when not is_plain then {{items_fault "items_json"}}
    end as rejection_reason
  from readable
  {{fence}}
)
select
  _load_seq,
  _batch_id,
  loaded_at as processed_at,
  rejection_reason,
  case
    when rejection_reason is not null then null
    when event_id_text is not null then event_id_text
    else {{surrogate_key (list
      "user_id" "platform_text" "event_name_text" "event_timestamp" "transaction_id_text" "experiment_id_text"
      "experiment_variant_text" "items_json")}}
  end as source_event_id,
  event_name_text as event_name,
  event_timestamp,
  user_id,
  user_id_text is null as is_anonymous,
  user_pseudo_id_text as anonymous_id,
  coalesce(lower(platform_text), 'unknown') as platform_id,
  transaction_id_text as transaction_id,
  upper(currency_text) as currency,
  experiment_id_text as experiment_id,
  experiment_variant_text as experiment_variant,
  case when rejection_reason is null and {{matches "items_json" "[{]"}} then items_json end as items,
  case when rejection_reason is not null then event_id_text end as sent_event_id,
  case when rejection_reason is not null then event_timestamp_text end as sent_timestamp,
  case when rejection_reason is not null then items_text end as sent_items
from checked

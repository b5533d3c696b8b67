-- Every raw event of A/B tests under the names that the models use, typed, with the reason if it cannot be used.
{{config materialized="table"}}

with mapped as (
  select
    {{#each (list
      "event_id" "user_id" "session_id" "product_id" "event_name" "event_timestamp" "price" "quantity" "revenue") as |name|}}
    {{trimmed (raw_event_column name)}} as {{name}}_text{{#unless @last}},{{/unless}}
    {{/each}}
  from {{experiment_rows "events"}} as raw_events
),
typed as (
  select
    mapped.*,
    {{canonical_event_name "event_name_text"}} as event_name,
    {{event_time "event_timestamp_text"}} as event_timestamp,
    {{read_amount "price_text"}} as price,
    {{safe_cast "quantity_text" "bigint"}} as quantity,
    {{read_amount "revenue_text"}} as revenue
  from mapped
  {{fence}}
),
judged as (
  select
    typed.*,
    case
      when event_id_text is null then 'missing_event_id'
      when user_id_text is null then 'missing_user'
      when event_name is null then 'missing_event_name'
      when not ({{is_one_of "event_name" (var "experiment_events")}}) then 'unknown_event_name'
      when event_timestamp_text is null then 'missing_timestamp'
      when event_timestamp is null then 'invalid_timestamp'
      when revenue_text is not null and revenue is null then 'invalid_revenue'
      when price_text is not null and price is null then 'invalid_price'
    end as fault
  from typed
  {{fence}}
),
{{!-- Of those that can be used: a broken copy of an event does not take the place of the event. --}}
numbered as (
  select
    judged.*,
    row_number() over (
      partition by event_id_text, fault
      order by
        {{#each (list "event_timestamp" "event_name" "user_id" "session_id" "product_id" "revenue") as |name|}}
        {{by_bytes (concat name "_text")}}{{#unless @last}},{{/unless}}
        {{/each}}
    ) as arrival
  from judged
)
select
  case when fault is null and arrival > 1 then 'duplicate' else fault end as rejection_reason,
  event_id_text as event_id,
  user_id_text as user_id,
  session_id_text as session_id,
  product_id_text as product_id,
  event_name,
  event_timestamp,
  price,
  coalesce(quantity, 1) as quantity,
  coalesce(revenue, 0) as revenue,
  event_name_text as sent_event_name,
  event_timestamp_text as sent_timestamp,
  revenue_text as sent_revenue
from numbered

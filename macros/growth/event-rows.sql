{{!--
  A query of the rows of `messages` and their items, which stg_events shows and fct_events keeps: one row per message and
  item. `messages` are rows of stg_event_messages that can be used.
--}}
{{#macro "event_rows" "messages"}}
select
  {{#each (event_columns) as |column|}}
  {{column}},
  {{/each}}
  md5(concat_ws('-', source_event_id, {{text_of_item_columns}}, occurrence)) as event_id,
  {{#each (item_columns) as |column|}}
  {{column}},
  {{/each}}
  nullif(split_part(campaign_codes, ',', 1), '') as campaign_code
from (
  select typed.*, {{item_occurrence}} as occurrence
  from (
    select
      {{#each (event_columns) as |column|}}
      {{column}},
      {{/each}}
      {{#each (item_columns) as |column|}}
      {{item_value column ""}} as {{column}},
      {{/each}}
      place_among_equals
    from ({{with_items messages "items"}}) as expanded
    {{fence}}
  ) as typed
) as numbered
{{/macro}}

{{!-- Of the message, and whether there is an item. --}}
{{#macro "event_columns"}}
{{return (list
  "_load_seq" "processed_at" "source_event_id" "event_name" "event_timestamp" "user_id" "is_anonymous" "anonymous_id"
  "platform_id" "transaction_id" "currency" "experiment_id" "experiment_variant" "has_item")}}
{{/macro}}

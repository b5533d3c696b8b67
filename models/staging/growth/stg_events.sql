-- One row per message and item, of every message that can be used; a message without items is one row. Duplicates stay.
{{config lint_off=(list "lint-partial-order")}}

with messages as (
  select * from {{ref "stg_event_messages"}}
  where rejection_reason is null
)
{{event_rows "messages"}}

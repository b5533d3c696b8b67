{{config
  materialized="incremental"
  incremental_strategy="microbatch"
  event_time="occurred_at"
  begin="2026-01-01"
  batch_size="day"
  on_schema_change="append_new_columns"
  indexes=(list (dict columns=(list "id") unique=true))
}}
select amount, id, occurred_at from {{ref "events"}}

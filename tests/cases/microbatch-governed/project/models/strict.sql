{{config materialized="incremental" incremental_strategy="microbatch" event_time="occurred_at" begin="2026-01-01" batch_size="day" on_schema_change="fail"}}
select id, occurred_at, amount from {{ref "events"}}

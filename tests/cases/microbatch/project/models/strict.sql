{{config materialized="incremental" incremental_strategy="microbatch" event_time="occurred_at" begin="2026-01-01" batch_size="day" lookback=0}}
select id, occurred_at, cast(note as integer) as note from {{ref "events"}}

{{config materialized="incremental" incremental_strategy="microbatch" event_time="happened_at" begin="2026-01-01" batch_size="day"}}
select * from {{ref "ev2"}}

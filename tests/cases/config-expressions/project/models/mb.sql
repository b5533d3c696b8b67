{{config materialized="incremental" incremental_strategy="microbatch" event_time="hapened_at" begin="2026-01-01" batch_size="day"}}
select * from {{ref "ev"}}

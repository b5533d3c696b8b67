{{config materialized="incremental" incremental_strategy="microbatch" event_time="day" begin="2026-01-01" batch_size="day" concurrent_batches=true}}
select id, cast(occurred_at as varchar(10)) as day from {{source "raw" "clicks"}}

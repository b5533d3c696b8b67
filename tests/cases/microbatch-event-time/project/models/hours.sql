{{config materialized="incremental" incremental_strategy="microbatch" event_time="happened" begin="2026-01-01" batch_size="hour"}}
select id, cast(occurred_at as date) as day from {{ref "events"}}

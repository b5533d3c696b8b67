{{config materialized="incremental" incremental_strategy="microbatch" event_time="seen_at" begin="2026-01-01" batch_size="month" lookback=0}}
-- Read whole, and moved: what comes to lie outside of the batch is not inserted.
select id, occurred_at + interval '30 days' as seen_at from {{ref "events" filter=false}}

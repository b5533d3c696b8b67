{{config materialized="incremental" incremental_strategy="microbatch" event_time="occurred_at" begin="2026-01-01" batch_size="day"}}
select * from {{touched_keys "events" key="id"}} as t

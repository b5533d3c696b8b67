{{config materialized="incremental" incremental_strategy="microbatch" event_time="occurred_at" begin="the first of May" batch_size="week" lookback=-1}}
select * from {{ref "events"}}

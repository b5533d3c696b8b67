{{config
  materialized="incremental"
  incremental_strategy="microbatch"
  event_time="day"
  begin="2026-01-01"
  batch_size="day"
  pre_hook="insert into {{target.schema}}.hook_log values ('pre')"
  post_hook="insert into {{target.schema}}.hook_log values ('post')"
}}
select
  cast(e.occurred_at as date) as day,
  count(*) as events,
  sum(e.amount) as amount,
  '{{batch.id}}' as batch,
  '{{#if (is_incremental)}}added{{else}}made{{/if}}' as how
from {{ref "events"}} e
group by 1

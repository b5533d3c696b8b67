-- The time of the last event there is: the now of every growth model that asks for one.
{{config materialized="incremental" unique_key="domain"}}

with latest as (
  select max(event_timestamp) as latest_event_at from {{new_rows "fct_events"}} as new_events
  {{#if (is_incremental)}}
  union all
  select latest_event_at from {{this}}
  {{/if}}
)
select 'growth' as domain, max(latest_event_at) as latest_event_at
from latest
where latest_event_at is not null
having max(latest_event_at) is not null

{{config materialized="incremental" unique_key="user_id"}}
select user_id, max(happened_at) as last_at, count(*) as n_events
from {{ref "events"}}
{{#if (is_incremental)}}
where happened_at > (select coalesce(max(last_at), '1970-01-01') from {{this}})
{{/if}}
group by user_id

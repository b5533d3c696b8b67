{{config materialized="incremental" unique_key="click_id"}}
select
  click_id,
  clicked_at,
  {{stamp}}
from {{ref "clicks"}}
{{#if (is_incremental)}}
where clicked_at > (select coalesce(max(clicked_at), '1900-01-01') from {{this}})
{{/if}}

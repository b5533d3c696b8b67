-- Each list from the day it was first seen, under the name it has now.
{{config materialized="incremental" unique_key="list_id"}}

with seen as (
  select
    list_id, list_name, event_date as valid_from, event_timestamp as named_at,
    {{by_bytes "source_event_id"}} as named_by, event_id
  from {{new_rows "fct_events"}} as new_events
  where list_id is not null
  {{#if (is_incremental)}}
  union all
  select list_id, list_name, valid_from, named_at, {{by_bytes "named_by"}}, event_id from {{this}}
  {{/if}}
),
ranked as (
  select
    seen.*,
    min(valid_from) over (partition by list_id) as first_seen_date,
    row_number() over (
      partition by list_id
      order by
        case when list_name is null then 1 else 0 end,
        named_at desc, {{by_bytes "named_by"}} desc, event_id desc
    ) as place
  from seen
)
select
  {{surrogate_key (list "list_id" "first_seen_date")}} as list_key,
  list_id,
  list_name,
  first_seen_date as valid_from,
  cast(null as date) as valid_to,
  true as is_current,
  named_at,
  named_by,
  event_id
from ranked
where place = 1

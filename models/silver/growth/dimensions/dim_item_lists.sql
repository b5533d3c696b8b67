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
{{!-- The last moment at which it had a name, which seldom has more than one row; without any, the last of all. --}}
moments as (
  select
    list_id,
    min(valid_from) as first_seen_date,
    count(list_name) > 0 as has_name,
    coalesce(max(case when list_name is not null then named_at end), max(named_at)) as named_at
  from seen
  group by list_id
),
ranked as (
  select
    seen.*,
    moments.first_seen_date,
    row_number() over (
      partition by seen.list_id
      order by {{by_bytes "seen.named_by"}} desc, seen.event_id desc
    ) as place
  from moments
  inner join seen
    on seen.list_id = moments.list_id
    and seen.named_at = moments.named_at
    and (seen.list_name is not null) = moments.has_name
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

-- The platforms that events came from.
{{config materialized="incremental" unique_key="platform_id"}}

select distinct
  platform_id,
  case
    when platform_id in ('ios', 'android') then 'app'
    when platform_id = 'web' then 'web'
    else 'other'
  end as platform_kind
from {{new_rows "fct_events"}} as new_events

-- vw_list_daily_performance_sessions as a table, kept up to date by day: only days with a session that changed, or
-- a list that has another name, are made anew.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key="session_date"
  enabled=(var "persist_gold")
  grants=(var "growth_grants")
}}

select *
from {{ref "vw_list_daily_performance_sessions"}}
where session_date in (
  {{touched_session_days (list "silver_session_events" "silver_event_list_attribution")}}
  {{#if (is_incremental)}}
  union
  select held.session_date
  from {{this}} as held
  inner join {{ref "dim_item_lists"}} as lists on lists.list_id = held.list_id
  where lists.list_name is distinct from held.list_name
  {{/if}}
)

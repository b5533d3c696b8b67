-- vw_growth_engagement_daily as a table, kept up to date by day: only days with a session that changed are made anew.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key="session_date"
  enabled=(var "persist_gold")
}}

select *
from {{ref "vw_growth_engagement_daily"}}
where session_date in (
  select session_date from {{touched_keys "silver_session_features" key="session_date"}} as touched_sessions
  union
  select session_date from {{touched_keys "silver_session_events" key="session_date"}} as touched_events
  union
  select session_date from {{touched_keys "silver_event_list_attribution" key="session_date"}} as touched_attributions
)

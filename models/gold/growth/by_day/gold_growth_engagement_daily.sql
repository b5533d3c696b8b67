-- vw_growth_engagement_daily as a table, kept up to date by day: only days with a session that changed are made anew.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key="session_date"
  enabled=(var "persist_gold")
  grants=(var "growth_grants")
}}

select *
from {{ref "vw_growth_engagement_daily"}}
where session_date in (
  {{touched_session_days (list "silver_session_features" "silver_session_events" "silver_event_list_attribution")}}
)

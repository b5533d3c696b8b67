-- vw_campaign_daily_performance_sessions as a table, kept up to date by day: only days with a session that changed are made anew.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key="session_date"
  enabled=(var "persist_gold")
  grants=(var "marketing_grants")
}}

select *
from {{ref "vw_campaign_daily_performance_sessions"}}
where session_date in (
  {{touched_session_days (list "silver_session_events")}}
)

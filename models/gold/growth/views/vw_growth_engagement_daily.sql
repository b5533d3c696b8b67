-- Sessions and what lists did in them, by the day they began, the platform and the last campaign that touched them.
{{config grants=(var "growth_grants")}}

with sessions as (
  {{sessions_as_of_now}}
),
list_use as (
  {{list_use_of_sessions}}
)
select
  sessions.session_date,
  sessions.platform_id,
  sessions.campaign_id,
  {{session_measures}},
  {{list_use_measures}}
from sessions
left join list_use on list_use.session_id = sessions.session_id
group by sessions.session_date, sessions.platform_id, sessions.campaign_id

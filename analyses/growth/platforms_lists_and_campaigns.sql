-- How do platforms, item lists and campaigns compare in users, revenue and engagement?
select
  'platform' as compared,
  features.platform_id as compared_id,
  count(distinct features.user_id) as users,
  count(*) as sessions,
  cast({{safe_divide "count(*) filter (where features.is_engaged)" "count(*)"}} as decimal(9, 4)) as engagement_rate,
  sum(features.revenue) as revenue
from {{ref "silver_session_features"}} as features
group by features.platform_id
union all
select
  'list',
  shown.list_id,
  count(distinct features.user_id),
  count(*),
  cast({{safe_divide "count(*) filter (where features.is_engaged)" "count(*)"}} as decimal(9, 4)),
  coalesce(sum(used.revenue), 0)
from (select distinct list_id, session_id from {{ref "silver_list_impressions"}}) as shown
inner join {{ref "silver_session_features"}} as features on features.session_id = shown.session_id
left join (
  select session_id, attributed_list_id, sum(revenue) as revenue
  from {{ref "silver_event_list_attribution"}}
  group by session_id, attributed_list_id
) as used on used.session_id = shown.session_id and used.attributed_list_id = shown.list_id
group by shown.list_id
union all
select
  'campaign',
  touched.campaign_id,
  count(distinct features.user_id),
  count(*),
  cast({{safe_divide "count(*) filter (where features.is_engaged)" "count(*)"}} as decimal(9, 4)),
  coalesce(sum(touched.revenue), 0)
from (
  select campaign_id, session_id, sum(revenue) as revenue
  from {{ref "silver_session_events"}}
  where campaign_id <> 'none'
  group by campaign_id, session_id
) as touched
inner join {{ref "silver_session_features"}} as features on features.session_id = touched.session_id
group by touched.campaign_id
order by compared, compared_id

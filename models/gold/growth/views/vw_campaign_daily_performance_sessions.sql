-- What each campaign did, by the day a session began and the platform. A session with two campaigns is counted for both.
{{config grants=(var "marketing_grants")}}

with events as (
  select * from {{ref "silver_session_events"}}
),
exposed as (
  select distinct session_date, platform_id, campaign_id, session_id
  from events
  where campaign_id <> 'none'
),
purchases as (
  {{with_last_touches "events"
    touches=(list (dict name="last_campaign" keys=(list "session_id")))
    touch="campaign_id <> 'none'"
    value="campaign_id"
    asked=(is_one_of "event_name" (var "purchase_events"))}}
),
credited as (
  select
    session_id,
    case
      when campaign_id <> 'none' then campaign_id
      when last_campaign_at >= event_timestamp - {{minutes (var "attribution_window_minutes")}} then last_campaign
    end as campaign_id,
    revenue
  from purchases
),
revenues as (
  select session_id, campaign_id, sum(revenue) as revenue
  from credited
  where campaign_id is not null
  group by session_id, campaign_id
)
select
  exposed.session_date,
  exposed.platform_id,
  exposed.campaign_id,
  count(*) as sessions_exposed,
  count(revenues.session_id) as sessions_with_purchase,
  {{safe_divide "count(revenues.session_id)" "count(*)"}} as session_conversion_rate,
  cast(coalesce(sum(revenues.revenue), 0) as decimal(18, 4)) as total_revenue
from exposed
left join revenues
  on revenues.session_id = exposed.session_id
  and revenues.campaign_id = exposed.campaign_id
group by exposed.session_date, exposed.platform_id, exposed.campaign_id

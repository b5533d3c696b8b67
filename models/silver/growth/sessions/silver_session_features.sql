-- What happened in a session. The flags of abandoning leave out whether it is closed, which hangs on now: views add that.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key=(list "session_date" "session_id")
  indexes=(looked_up_by (list (list "session_id")))
}}

with events as (
  select * from {{ref "silver_session_events"}}
  where {{in_touched_sessions (list "silver_session_events" "silver_session_carts")}}
),
{{!-- By message first: its rows are counted once. --}}
messages as (
  select
    session_id,
    user_id,
    platform_id,
    session_date,
    session_start,
    source_event_id,
    max(event_timestamp) as event_timestamp,
    max(case when {{is_one_of "event_name" (var "view_events")}} then 1 else 0 end) as has_view,
    max(case when {{is_one_of "event_name" (var "cart_events")}} then 1 else 0 end) as has_cart,
    max(case when {{is_one_of "event_name" (var "checkout_events")}} then 1 else 0 end) as has_checkout,
    max(case when {{is_one_of "event_name" (var "purchase_events")}} then 1 else 0 end) as has_purchase,
    sum(revenue) as revenue
  from events
  group by session_id, user_id, platform_id, session_date, session_start, source_event_id
),
sessions as (
  select
    session_id,
    user_id,
    platform_id,
    session_date,
    session_start,
    max(event_timestamp) as session_end,
    max(event_timestamp) + {{minutes (var "session_timeout_minutes")}} as closes_at,
    count(*) as interactions,
    count(*) filter (where has_view = 1) as view_messages,
    {{seconds_between "session_start" "max(event_timestamp)"}} as duration_seconds,
    max(has_view) = 1 as has_view,
    max(has_cart) = 1 as has_cart,
    max(has_checkout) = 1 as has_checkout,
    max(has_purchase) = 1 as has_purchase,
    cast(coalesce(sum(revenue), 0) as decimal(18, 4)) as revenue
  from messages
  group by session_id, user_id, platform_id, session_date, session_start
),
carts as (
  select session_id, count(*) as cart_products, sum(cart_value) as cart_value
  from {{ref "silver_session_carts"}}
  where (session_date, session_id) in (select session_date, session_id from sessions)
  group by session_id
),
{{!-- Of the session's last moment with a campaign, which seldom has more than one row. --}}
last_moments as (
  select session_id, max(event_timestamp) as event_timestamp
  from events
  where campaign_id <> 'none'
  group by session_id
),
last_campaigns as (
  select session_id, campaign_id
  from (
    select
      events.session_id,
      events.campaign_id,
      row_number() over (
        partition by events.session_id
        order by events.funnel_rank desc, {{by_bytes "events.source_event_id"}} desc, events.event_id desc
      ) as place
    from last_moments
    inner join events
      on events.session_id = last_moments.session_id
      and events.event_timestamp = last_moments.event_timestamp
    where events.campaign_id <> 'none'
  ) as ranked
  where place = 1
)
select
  sessions.*,
  interactions = 1 and not has_purchase as is_bounce,
  duration_seconds >= {{var "engaged_seconds"}} or view_messages >= {{var "engaged_views"}} or has_purchase as is_engaged,
  cast(coalesce(carts.cart_products, 0) as bigint) as cart_products,
  cast(coalesce(carts.cart_value, 0) as decimal(18, 4)) as cart_value,
  (has_cart or has_checkout) and not has_purchase as is_cart_abandon,
  has_checkout and not has_purchase as is_checkout_abandon,
  has_checkout and not has_purchase
    and coalesce(carts.cart_value, 0) >= {{var "high_value_cart_threshold"}} as is_high_value_abandon,
  coalesce(last_campaigns.campaign_id, 'none') as campaign_id
from sessions
left join carts on carts.session_id = sessions.session_id
left join last_campaigns on last_campaigns.session_id = sessions.session_id

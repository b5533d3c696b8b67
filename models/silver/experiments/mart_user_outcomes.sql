-- One row per declared A/B test and exposed user: what they did in the outcome window, and before the exposure.
with exposed as (
  select
    exposure.*,
    tests.covariate_window_days
  from {{ref "mart_user_exposure"}} as exposure
  inner join {{ref "stg_declared_tests"}} as tests on tests.experiment_id = exposure.experiment_id
),
{{!-- Each event is said once to be in the window, before it, or in the week of retention. --}}
placed as (
  select
    exposed.experiment_id,
    exposed.user_id,
    events.event_name,
    events.is_purchase,
    events.net_revenue,
    events.event_timestamp >= exposed.exposed_at and events.event_timestamp < exposed.window_ends_at as is_in_window,
    events.event_timestamp < exposed.exposed_at
      and events.event_timestamp >= exposed.exposed_at - exposed.covariate_window_days * interval '1 day' as is_before,
    events.event_timestamp >= exposed.exposed_at + interval '7 days'
      and events.event_timestamp < exposed.exposed_at + interval '14 days' as is_return
  from exposed
  inner join {{ref "events_clean"}} as events
    on events.user_id = exposed.user_id
    and events.event_timestamp >= exposed.exposed_at - greatest(exposed.covariate_window_days, 0) * interval '1 day'
    and events.event_timestamp < greatest(exposed.window_ends_at, exposed.exposed_at + interval '14 days')
),
counted as (
  select
    experiment_id,
    user_id,
    sum(case when is_in_window then 1 else 0 end) as events_in_window,
    sum(case when is_in_window and not is_purchase then 1 else 0 end) as nonpurchase_events_in_window,
    sum(case when is_in_window and is_purchase then 1 else 0 end) as orders,
    sum(case when is_in_window then net_revenue else 0 end) as revenue,
    max(case when is_in_window and event_name = 'add_to_cart' then 1 else 0 end) as added_to_cart,
    max(case when is_in_window and event_name = 'begin_checkout' then 1 else 0 end) as began_checkout,
    max(case when is_return then 1 else 0 end) as returned,
    sum(case when is_before then 1 else 0 end) as events_before,
    sum(case when is_before and is_purchase then 1 else 0 end) as orders_before,
    sum(case when is_before then net_revenue else 0 end) as revenue_before
  from placed
  group by experiment_id, user_id
),
session_sizes as (
  select session_id, count(*) as events
  from {{ref "events_clean"}}
  where session_id is not null
  group by session_id
),
visited as (
  select
    exposed.experiment_id,
    exposed.user_id,
    count(*) as sessions,
    sum(case when coalesce(session_sizes.events, 0) <= 1 then 1 else 0 end) as bounces,
    sum({{seconds_between "sessions.started_at" "sessions.ended_at"}}) as session_seconds
  from exposed
  inner join {{ref "sessions"}} as sessions
    on sessions.user_id = exposed.user_id
    and sessions.ended_at >= exposed.exposed_at
    and sessions.started_at < exposed.window_ends_at
  left join session_sizes on session_sizes.session_id = sessions.session_id
  group by exposed.experiment_id, exposed.user_id
)
select
  exposed.experiment_id,
  exposed.user_id,
  exposed.variant,
  exposed.is_control,
  exposed.exposed_at,
  exposed.window_ends_at,
  exposed.is_mature,
  exposed.device,
  exposed.country,
  case when coalesce(counted.orders, 0) > 0 then 1 else 0 end as purchased,
  cast(coalesce(counted.revenue, 0) as double precision) as revenue,
  coalesce(counted.orders, 0) as orders,
  coalesce(counted.events_in_window, 0) as events_in_window,
  coalesce(counted.nonpurchase_events_in_window, 0) as nonpurchase_events_in_window,
  coalesce(counted.added_to_cart, 0) as added_to_cart,
  coalesce(counted.began_checkout, 0) as began_checkout,
  coalesce(visited.sessions, 0) as sessions,
  coalesce(visited.bounces, 0) as bounces,
  coalesce(visited.session_seconds, 0e0) as session_seconds,
  case when exposed.is_mature_for_retention then 1 else 0 end as mature_for_retention,
  case when exposed.is_mature_for_retention then coalesce(counted.returned, 0) else 0 end as returned,
  coalesce(counted.events_before, 0) > 0 as has_events_before,
  coalesce(counted.events_before, 0) as events_before,
  coalesce(counted.orders_before, 0) as orders_before,
  cast(coalesce(counted.revenue_before, 0) as double precision) as revenue_before
from exposed
left join counted
  on counted.experiment_id = exposed.experiment_id
  and counted.user_id = exposed.user_id
left join visited
  on visited.experiment_id = exposed.experiment_id
  and visited.user_id = exposed.user_id

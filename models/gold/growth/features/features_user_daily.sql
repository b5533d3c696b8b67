-- What was known of a user before a day began: events of earlier days only. The last row of each is the day after now.
{{config lint_off=(list "lint-partial-order") grants=(var "growth_grants")}}

with now_at as (
  select {{growth_as_of_date}} as as_of_date
),
{{!-- A session that goes over midnight was, before that, what it had been until then. --}}
session_days as (
  select
    session_id,
    user_id,
    session_date,
    {{reporting_date "event_timestamp"}} as event_date,
    count(distinct source_event_id) as messages,
    max(case when {{is_one_of "event_name" (var "purchase_events")}} then 1 else 0 end) as has_purchase
  from {{ref "silver_session_events"}}
  group by session_id, user_id, session_date, {{reporting_date "event_timestamp"}}
),
session_states as (
  select
    session_id,
    user_id,
    session_date,
    {{days_after "event_date" 1}} as known_from,
    {{days_after "lead(event_date) over (partition by session_id order by event_date)" 1}} as known_to,
    sum(messages) over (partition by session_id order by event_date) = 1
      and max(has_purchase) over (partition by session_id order by event_date) = 0 as is_bounce
  from session_days
),
purchase_days as (
  select
    user_id,
    event_date,
    count(distinct order_id) as orders,
    coalesce(sum(revenue), 0) as revenue
  from {{ref "fct_purchases"}}
  group by user_id, event_date
),
{{!-- Days up to the ninety-first after an event of the user. On that one nothing but recency is left, as on all that follow. --}}
spine as (
  select distinct
    active.user_id,
    dates.date_day as feature_date
  from (select distinct user_id, event_date from session_days) as active
  cross join now_at
  inner join {{ref "dim_dates"}} as dates
    on dates.date_day > active.event_date
    and dates.date_day <= {{days_after "active.event_date" 91}}
    and dates.date_day <= {{days_after "now_at.as_of_date" 1}}
),
sessions_before as (
  select
    spine.user_id,
    spine.feature_date,
    count(*) as sessions_30d,
    count(*) filter (where states.is_bounce) as bounces_30d
  from spine
  inner join session_states as states
    on states.user_id = spine.user_id
    and states.session_date < spine.feature_date
    and states.session_date >= {{days_after "spine.feature_date" -30}}
    and spine.feature_date >= states.known_from
    and (spine.feature_date < states.known_to or states.known_to is null)
  group by spine.user_id, spine.feature_date
),
purchases_before as (
  select
    spine.user_id,
    spine.feature_date,
    coalesce(sum(days.orders) filter (where days.event_date >= {{days_after "spine.feature_date" -30}}), 0) as purchases_last_30_days,
    coalesce(sum(days.orders) filter (where days.event_date >= {{days_after "spine.feature_date" -90}}), 0) as frequency_90d,
    coalesce(sum(days.revenue) filter (where days.event_date >= {{days_after "spine.feature_date" -90}}), 0) as monetary_90d,
    max(days.event_date) as last_purchase_date
  from spine
  inner join purchase_days as days
    on days.user_id = spine.user_id
    and days.event_date < spine.feature_date
  group by spine.user_id, spine.feature_date
)
select
  spine.user_id,
  spine.feature_date,
  cast(coalesce(purchases_before.purchases_last_30_days, 0) as bigint) as purchases_last_30_days,
  cast(coalesce(purchases_before.frequency_90d, 0) as bigint) as frequency_90d,
  cast(coalesce(purchases_before.monetary_90d, 0) as decimal(18, 4)) as monetary_90d,
  cast(spine.feature_date - purchases_before.last_purchase_date as bigint) as recency_days,
  coalesce(sessions_before.sessions_30d, 0) as sessions_30d,
  coalesce(sessions_before.bounces_30d, 0) as bounces_30d,
  {{safe_divide "sessions_before.bounces_30d" "sessions_before.sessions_30d"}} as bounce_share_30d,
  coalesce(milestones.first_installments_date < spine.feature_date, false) as uses_installments
from spine
left join sessions_before
  on sessions_before.user_id = spine.user_id
  and sessions_before.feature_date = spine.feature_date
left join purchases_before
  on purchases_before.user_id = spine.user_id
  and purchases_before.feature_date = spine.feature_date
left join {{ref "silver_user_milestones"}} as milestones on milestones.user_id = spine.user_id

-- Every event with its session. A user's whole history on a platform is made anew when an event of theirs comes, whenever it was.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key=(list "user_id" "platform_id")
}}

with touched as (
  select * from {{ref "fct_events"}}
  where (user_id, platform_id) in (
    select user_id, platform_id
    from {{touched_keys "fct_events" key=(list "user_id" "platform_id")}} as touched_users
  )
),
spaced as (
  select
    touched.*,
    lag(event_timestamp) over (
      partition by user_id, platform_id
      order by event_timestamp, event_id
    ) as event_before
  from touched
),
placed as (
  select
    spaced.*,
    max(case
      when event_before is null or event_timestamp > event_before + {{minutes (var "session_timeout_minutes")}}
      then event_timestamp
    end) over (
      partition by user_id, platform_id
      order by event_timestamp, event_id
      rows between unbounded preceding and current row
    ) as session_start
  from spaced
)
select
  {{surrogate_key (list "user_id" "platform_id" "session_start")}} as session_id,
  user_id,
  platform_id,
  session_start,
  cast({{reporting_day_start "session_start"}} as date) as session_date,
  event_id,
  source_event_id,
  event_name,
  event_timestamp,
  funnel_rank,
  product_id,
  list_id,
  quantity,
  unit_net_price,
  revenue,
  order_id,
  installments,
  campaign_id,
  coupon_code,
  experiment_id,
  experiment_variant
from placed

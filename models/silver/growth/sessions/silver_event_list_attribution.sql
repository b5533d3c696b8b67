-- Which list an event goes back to: its own, else the last that showed its product, else the last of the session.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key=(list "session_date" "session_id")
  indexes=(looked_up_by (list (list "session_id")))
}}

with events as (
  select
    event_id,
    source_event_id,
    session_id,
    user_id,
    platform_id,
    session_date,
    event_name,
    event_timestamp,
    funnel_rank,
    product_id,
    list_id,
    order_id,
    revenue,
    installments,
    {{is_one_of "event_name" (var "list_events")}} and list_id is not null as is_impression,
    {{is_one_of "event_name" (var "click_events")}}
      or {{is_one_of "event_name" (var "view_events")}}
      or {{is_one_of "event_name" (var "cart_events")}}
      or {{is_one_of "event_name" (var "checkout_events")}}
      or {{is_one_of "event_name" (var "purchase_events")}} as is_attributed
  from {{ref "silver_session_events"}}
  where {{in_touched_sessions (list "silver_session_events")}}
),
touched as (
  {{with_last_touches "events"
    touch="is_impression"
    value="list_id"
    asked="is_attributed"
    touches=(list
      (dict name="product_list" keys=(list "session_id" "product_id"))
      (dict name="session_list" keys=(list "session_id")))}}
),
attributed as (
  select
    touched.*,
    case
      when list_id is not null then 'own'
      when product_list_at >= event_timestamp - {{minutes (var "attribution_window_minutes")}} then 'product'
      when session_list_at >= event_timestamp - {{minutes (var "attribution_window_minutes")}} then 'session'
      else 'none'
    end as attribution_basis
  from touched
)
select
  event_id,
  source_event_id,
  session_id,
  user_id,
  platform_id,
  session_date,
  event_name,
  event_timestamp,
  product_id,
  attribution_basis,
  case attribution_basis
    when 'own' then list_id
    when 'product' then product_list
    when 'session' then session_list
  end as attributed_list_id,
  case attribution_basis
    when 'product' then product_list_at
    when 'session' then session_list_at
  end as shown_at,
  order_id,
  cast(coalesce(revenue, 0) as decimal(18, 4)) as revenue,
  installments
from attributed

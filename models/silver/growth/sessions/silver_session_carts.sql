-- What was in the cart of a session at its end: the items of its last checkout, else what was added less what was removed.
{{config
  materialized="incremental"
  incremental_strategy="delete+insert"
  unique_key=(list "session_date" "session_id")
  indexes=(looked_up_by (list (list "session_id")))
}}

with moves as (
  select * from {{ref "silver_session_events"}}
  where {{in_touched_sessions (list "silver_session_events")}}
    and (
      {{is_one_of "event_name" (var "cart_events")}}
      or {{is_one_of "event_name" (var "remove_events")}}
      or {{is_one_of "event_name" (var "checkout_events")}}
    )
    and product_id <> 'none'
),
ranked as (
  select
    moves.*,
    {{is_one_of "event_name" (var "checkout_events")}} as is_checkout,
    {{is_one_of "event_name" (var "remove_events")}} as is_removal,
    dense_rank() over (
      partition by session_id
      order by
        case when {{is_one_of "event_name" (var "checkout_events")}} then 0 else 1 end,
        event_timestamp desc, {{by_bytes "source_event_id"}} desc
    ) as place,
    max(case when {{is_one_of "event_name" (var "checkout_events")}} then 1 else 0 end) over (partition by session_id) as has_checkout
  from moves
),
signed as (
  select
    session_id,
    user_id,
    platform_id,
    session_date,
    product_id,
    case when is_removal then -quantity else quantity end as quantity,
    case when is_removal then -1 else 1 end * {{amount_times "unit_net_price" "quantity"}} as cart_value
  from ranked
  where has_checkout = 0
    or (is_checkout and place = 1)
)
select
  session_id,
  user_id,
  platform_id,
  session_date,
  product_id,
  cast(sum(quantity) as decimal(18, 4)) as quantity,
  cast(greatest(coalesce(sum(cart_value), 0), 0) as decimal(18, 4)) as cart_value
from signed
group by session_id, user_id, platform_id, session_date, product_id
having sum(quantity) > 0

{{!-- Closed sessions of one kind of abandoning, with the user's next purchase on any platform. --}}
{{#macro "abandoned_sessions" "flag"}}
with abandoned as (
  {{sessions_as_of_now}}
),
next_purchases as (
  select
    abandoned.session_id,
    min(bought.event_timestamp) as next_purchase_at
  from abandoned
  inner join {{ref "fct_purchases"}} as bought
    on bought.user_id = abandoned.user_id
    and bought.event_timestamp > abandoned.session_end
    and bought.event_timestamp <= {{growth_as_of}}
  where abandoned.{{flag}}
  group by abandoned.session_id
)
select
  abandoned.session_id,
  abandoned.user_id,
  abandoned.platform_id,
  abandoned.session_date,
  abandoned.session_start,
  abandoned.session_end,
  abandoned.cart_products,
  abandoned.cart_value,
  next_purchases.next_purchase_at is not null as purchased_since,
  next_purchases.next_purchase_at
from abandoned
left join next_purchases on next_purchases.session_id = abandoned.session_id
where abandoned.is_closed
  and abandoned.{{flag}}
{{/macro}}

-- Can we target users who dropped off after checkout and have not purchased since? Those with the fullest carts first.
select
  user_id,
  max(session_end) as last_abandoned_at,
  count(*) as abandoned_checkouts,
  sum(cart_value) as cart_value
from {{ref "gold_segment_checkout_abandon_v"}}
where not purchased_since
group by user_id
order by cart_value desc, user_id

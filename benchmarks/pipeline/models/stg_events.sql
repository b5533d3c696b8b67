-- A view, as staging is: typed, trimmed, without events of robots.
select
  _load_seq,
  event_id,
  user_id,
  lower(trim(event_name)) as event_name,
  cast(event_time as timestamp) as event_timestamp,
  cast(event_time as date) as event_date,
  product_id,
  campaign_id,
  cast(price as decimal(18, 4)) as price,
  quantity
from {{source "raw" "events"}}
where not is_robot

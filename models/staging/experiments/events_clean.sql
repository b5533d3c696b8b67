-- The usable events of A/B tests, one row each.
select
  event_id,
  user_id,
  session_id,
  product_id,
  event_name,
  event_timestamp,
  {{reporting_date "event_timestamp"}} as dt,
  price,
  quantity,
  revenue,
  event_name = '{{var "experiment_purchase_event"}}' as is_purchase,
  case when event_name = '{{var "experiment_purchase_event"}}' then revenue else 0 end as net_revenue
from {{ref "events_checked"}}
where rejection_reason is null

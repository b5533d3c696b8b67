-- Each purchase with the last campaign its user came by in the week before.
{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="user_id"}}

with touched as (
  select *
  from {{ref "fct_events"}}
  where user_id in {{touched_keys "fct_events" key="user_id"}}
),
touches as (
  select user_id, event_timestamp, max_by(campaign_id, event_id) as campaign_id
  from touched
  where campaign_id is not null
  group by user_id, event_timestamp
)
select
  bought.user_id,
  bought.event_id,
  bought.event_date,
  bought.product_id,
  bought.price * bought.quantity as revenue,
  case
    when touches.event_timestamp >= bought.event_timestamp - interval '7 days' then touches.campaign_id
    else 'none'
  end as campaign_id
from touched as bought
asof left join touches
  on touches.user_id = bought.user_id and touches.event_timestamp <= bought.event_timestamp
where bought.event_name = 'purchase'

-- Which products changed in price during our current campaigns?
select
  product_id,
  campaign_id,
  changed_on,
  old_price,
  new_price,
  cast(price_delta_pct as decimal(9, 4)) as change
from {{ref "vw_gold_product_campaign_price_change_events"}}
where is_current_campaign
order by changed_on, product_id, campaign_id

-- What discounts were given, by product and campaign and day of purchase?
select
  event_date,
  product_id,
  campaign_id,
  units,
  list_value,
  discount_value,
  cast(discount_rate as decimal(9, 4)) as discount_rate
from {{ref "vw_product_campaign_discounts_daily"}}
where discount_value > 0
order by event_date, product_id, campaign_id

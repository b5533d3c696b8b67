-- What was taken off the price of what was bought, by day, product and campaign.
{{config grants=(var "finance_grants")}}

select
  event_date,
  product_id,
  campaign_id,
  count(distinct order_id) as orders,
  cast(sum(quantity) as decimal(18, 4)) as units,
  cast(coalesce(sum(quantity * unit_list_price), 0) as decimal(18, 4)) as list_value,
  cast(coalesce(sum(quantity * unit_list_price) - sum(revenue), 0) as decimal(18, 4)) as discount_value,
  {{safe_divide "sum(quantity * unit_list_price) - sum(revenue)" "sum(quantity * unit_list_price)"}} as discount_rate,
  cast(coalesce(sum(revenue), 0) as decimal(18, 4)) as revenue,
  cast(coalesce(sum(refund_amount), 0) as decimal(18, 4)) as refund_amount,
  cast(coalesce(sum(net_revenue), 0) as decimal(18, 4)) as net_revenue
from {{ref "silver_purchases_net"}}
group by event_date, product_id, campaign_id

-- What was taken off the price of what was bought, by day, product and campaign.
{{config grants=(var "finance_grants")}}

with purchases as (
  select *, {{amount_times "unit_list_price" "quantity"}} as list_value_of_row
  from {{ref "silver_purchases_net"}}
)
select
  event_date,
  product_id,
  campaign_id,
  count(distinct order_id) as orders,
  cast(sum(quantity) as decimal(18, 4)) as units,
  cast(coalesce(sum(list_value_of_row), 0) as decimal(18, 4)) as list_value,
  cast(coalesce(sum(list_value_of_row) - sum(revenue), 0) as decimal(18, 4)) as discount_value,
  {{safe_divide "sum(list_value_of_row) - sum(revenue)" "sum(list_value_of_row)"}} as discount_rate,
  cast(coalesce(sum(revenue), 0) as decimal(18, 4)) as revenue,
  cast(coalesce(sum(refund_amount), 0) as decimal(18, 4)) as refund_amount,
  cast(coalesce(sum(net_revenue), 0) as decimal(18, 4)) as net_revenue
from purchases
group by event_date, product_id, campaign_id

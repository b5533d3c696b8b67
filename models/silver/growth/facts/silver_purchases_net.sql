-- Purchases with what was refunded of them up to now: of the product in the order, or all of an order that is refunded whole.
{{config materialized="view"}}

with refunds as (
  select
    transaction_id as order_id,
    product_id,
    coalesce(sum(refund_amount), 0) as refunded
  from {{ref "fct_events"}}
  where {{is_one_of "event_name" (var "refund_events")}}
    and transaction_id is not null
    and event_timestamp <= {{growth_as_of}}
  group by transaction_id, product_id
),
{{!-- Rows of one product in one order are refunded one after the other. --}}
purchases as (
  select
    bought.*,
    coalesce(sum(bought.revenue) over (
      partition by bought.order_id, bought.product_id
      order by bought.event_timestamp, bought.event_id
      rows between unbounded preceding and 1 preceding
    ), 0) as revenue_before
  from {{ref "fct_purchases"}} as bought
),
matched as (
  select
    purchases.*,
    case
      when whole.order_id is not null then purchases.revenue
      when coalesce(of_product.refunded, 0) <= purchases.revenue_before then 0
      when of_product.refunded - purchases.revenue_before > purchases.revenue then purchases.revenue
      else of_product.refunded - purchases.revenue_before
    end as refunded
  from purchases
  left join refunds as of_product
    on of_product.order_id = purchases.order_id
    and of_product.product_id = purchases.product_id
  left join refunds as whole
    on whole.order_id = purchases.order_id
    and whole.product_id = 'none'
)
select
  event_id,
  order_id,
  event_timestamp,
  event_date,
  user_id,
  platform_id,
  product_id,
  campaign_id,
  quantity,
  unit_list_price,
  revenue,
  cast(refunded as decimal(18, 4)) as refund_amount,
  cast(revenue - refunded as decimal(18, 4)) as net_revenue
from matched

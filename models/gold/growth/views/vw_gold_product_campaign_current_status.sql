-- Each product of each campaign that runs now: what it costs, and whether it is discounted.
{{config grants=(var "finance_grants")}}

with current_campaigns as (
  select campaigns.campaign_id
  from {{ref "dim_campaigns"}} as campaigns
  where {{growth_as_of_date}} between campaigns.valid_from and {{campaign_active_until "campaigns"}}
),
seen as (
  select
    product_id,
    campaign_id,
    max(case when discount_value > 0 then 1 else 0 end) = 1 as had_discount_ever,
    min(discount_value) as min_discount,
    max(discount_value) as max_discount,
    min(first_seen_date) as first_seen_date,
    max(last_seen_date) as last_seen_date
  from {{ref "fct_product_campaigns"}}
  group by product_id, campaign_id
),
discounted_today as (
  select distinct product_id, campaign_id
  from {{ref "fct_events"}}
  where event_date = {{growth_as_of_date}}
    and unit_discount > 0
)
select
  seen.campaign_id,
  seen.product_id,
  products.product_name,
  products.price as current_price,
  discounted_today.product_id is not null as has_discount_today,
  seen.had_discount_ever,
  seen.min_discount,
  seen.max_discount,
  seen.first_seen_date,
  seen.last_seen_date
from seen
inner join current_campaigns on current_campaigns.campaign_id = seen.campaign_id
left join {{ref "dim_products"}} as products
  on products.product_id = seen.product_id
  and {{growth_as_of_date}} >= products.valid_from
  and {{growth_as_of_date}} < coalesce(products.valid_to, date '9999-12-31')
left join discounted_today
  on discounted_today.product_id = seen.product_id
  and discounted_today.campaign_id = seen.campaign_id

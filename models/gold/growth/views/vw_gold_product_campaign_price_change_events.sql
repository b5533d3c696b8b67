-- Prices that changed while a campaign had the product.
{{config grants=(var "finance_grants")}}

with changes as (
  select
    product_id,
    product_name,
    valid_from as changed_on,
    lag(price) over (partition by product_id order by valid_from) as old_price,
    price as new_price
  from {{ref "dim_products"}}
),
seen as (
  select distinct product_id, campaign_id
  from {{ref "fct_product_campaigns"}}
  where campaign_id <> 'none'
)
select
  changes.product_id,
  changes.product_name,
  campaigns.campaign_id,
  changes.changed_on,
  changes.old_price,
  changes.new_price,
  cast(changes.new_price - changes.old_price as decimal(18, 4)) as price_delta,
  {{safe_divide "changes.new_price - changes.old_price" "changes.old_price"}} as price_delta_pct,
  campaigns.valid_from as campaign_from,
  campaigns.last_seen_date as campaign_last_seen_date,
  {{growth_as_of_date}} between campaigns.valid_from and {{campaign_active_until "campaigns"}}
    as is_current_campaign
from changes
inner join seen on seen.product_id = changes.product_id
inner join {{ref "dim_campaigns"}} as campaigns
  on campaigns.campaign_id = seen.campaign_id
  and changes.changed_on between campaigns.valid_from and {{campaign_active_until "campaigns"}}
where changes.old_price <> changes.new_price

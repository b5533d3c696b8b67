-- What was added up batch by batch in fct_product_campaigns is what the facts add up to.
with recomputed as (
  select
    product_id,
    campaign_id,
    coalesce(unit_list_price, 0) as price,
    coalesce(unit_discount, 0) as discount_value,
    sum(case when {{is_one_of "event_name" (var "view_events")}} then 1 else 0 end) as views,
    sum(case when {{is_one_of "event_name" (var "checkout_events")}} then 1 else 0 end) as checkouts,
    sum(case when {{is_one_of "event_name" (var "purchase_events")}} then 1 else 0 end) as purchases,
    sum(case when {{is_one_of "event_name" (var "purchase_events")}} then quantity else 0 end) as units,
    coalesce(sum(revenue), 0) as revenue,
    min(event_date) as first_seen_date,
    max(event_date) as last_seen_date
  from {{ref "fct_events"}}
  where product_id <> 'none'
  group by product_id, campaign_id, coalesce(unit_list_price, 0), coalesce(unit_discount, 0)
)
select
  coalesce(added.product_id, recomputed.product_id) as product_id,
  coalesce(added.campaign_id, recomputed.campaign_id) as campaign_id,
  added.revenue as added_revenue,
  recomputed.revenue as recomputed_revenue
from {{ref "fct_product_campaigns"}} as added
full join recomputed
  on recomputed.product_id = added.product_id
  and recomputed.campaign_id = added.campaign_id
  and recomputed.price = added.price
  and recomputed.discount_value = added.discount_value
where added.product_id is null
  or recomputed.product_id is null
  or recomputed.views <> added.views
  or recomputed.checkouts <> added.checkouts
  or recomputed.purchases <> added.purchases
  or recomputed.units <> added.units
  or recomputed.revenue <> added.revenue
  or recomputed.first_seen_date <> added.first_seen_date
  or recomputed.last_seen_date <> added.last_seen_date

-- What happened to a product in a campaign at a price and a discount, added up: 'none' and 0 stand for nothing, never NULL.
{{config
  materialized="incremental"
  unique_key=(list "product_id" "campaign_id" "price" "discount_value")
  indexes=(looked_up_by (list (list "product_id" "campaign_id")))
}}

with arrived as (
  select
    product_id,
    campaign_id,
    coalesce(unit_list_price, 0) as price,
    coalesce(unit_discount, 0) as discount_value,
    count(*) filter (where {{is_one_of "event_name" (var "view_events")}}) as views,
    count(*) filter (where {{is_one_of "event_name" (var "checkout_events")}}) as checkouts,
    count(*) filter (where {{is_one_of "event_name" (var "purchase_events")}}) as purchases,
    coalesce(sum(quantity) filter (where {{is_one_of "event_name" (var "purchase_events")}}), 0) as units,
    coalesce(sum(revenue), 0) as revenue,
    min(event_date) as first_seen_date,
    max(event_date) as last_seen_date
  from {{new_rows "fct_events"}} as new_events
  where product_id <> 'none'
  group by product_id, campaign_id, coalesce(unit_list_price, 0), coalesce(unit_discount, 0)
)
select
  arrived.product_id,
  arrived.campaign_id,
  cast(arrived.price as decimal(18, 4)) as price,
  cast(arrived.discount_value as decimal(18, 4)) as discount_value,
  {{#if (is_incremental)}}
  cast(arrived.views + coalesce(known.views, 0) as bigint) as views,
  cast(arrived.checkouts + coalesce(known.checkouts, 0) as bigint) as checkouts,
  cast(arrived.purchases + coalesce(known.purchases, 0) as bigint) as purchases,
  cast(arrived.units + coalesce(known.units, 0) as decimal(18, 4)) as units,
  cast(arrived.revenue + coalesce(known.revenue, 0) as decimal(18, 4)) as revenue,
  least(arrived.first_seen_date, coalesce(known.first_seen_date, arrived.first_seen_date)) as first_seen_date,
  greatest(arrived.last_seen_date, coalesce(known.last_seen_date, arrived.last_seen_date)) as last_seen_date
  {{else}}
  cast(arrived.views as bigint) as views,
  cast(arrived.checkouts as bigint) as checkouts,
  cast(arrived.purchases as bigint) as purchases,
  cast(arrived.units as decimal(18, 4)) as units,
  cast(arrived.revenue as decimal(18, 4)) as revenue,
  arrived.first_seen_date,
  arrived.last_seen_date
  {{/if}}
from arrived
{{#if (is_incremental)}}
left join {{this}} as known
  on known.product_id = arrived.product_id
  and known.campaign_id = arrived.campaign_id
  and known.price = arrived.price
  and known.discount_value = arrived.discount_value
{{/if}}

-- The totals of each arm equal a count over the facts themselves.
with shown as (
  select experiment_id, price_id, count(*) as impressions
  from {{ref "impressions"}}
  group by experiment_id, price_id
),
converted as (
  select experiment_id, price_id, count(distinct impression_id) as conversions
  from {{ref "conversions"}}
  where impression_id is not null
  group by experiment_id, price_id
),
recounted as (
  select
    shown.experiment_id,
    shown.price_id,
    shown.impressions,
    coalesce(converted.conversions, 0) as conversions
  from shown
  left join converted
    on converted.experiment_id = shown.experiment_id
    and converted.price_id = shown.price_id
)
select
  coalesce(totals.experiment_id, recounted.experiment_id) as experiment_id,
  coalesce(totals.price_id, recounted.price_id) as price_id,
  totals.raw_impressions,
  recounted.impressions as impressions_recounted,
  totals.conversions,
  recounted.conversions as conversions_recounted
from {{ref "aggregates_total"}} as totals
full join recounted
  on recounted.experiment_id = totals.experiment_id
  and recounted.price_id = totals.price_id
where totals.raw_impressions is null
  or recounted.impressions is null
  or totals.raw_impressions <> recounted.impressions
  or totals.conversions <> recounted.conversions

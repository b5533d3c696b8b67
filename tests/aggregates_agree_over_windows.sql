-- Hours, days and the whole count the same trials and conversions for each arm.
select
  experiment_id,
  price_id
from (
  select
    experiment_id,
    price_id,
    time_window,
    sum(impressions) as impressions,
    sum(conversions) as conversions
  from {{ref "aggregates"}}
  group by experiment_id, price_id, time_window
) as counted
group by experiment_id, price_id
having count(*) <> 3
  or min(impressions) <> max(impressions)
  or min(conversions) <> max(conversions)

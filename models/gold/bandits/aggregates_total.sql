-- What each arm was shown and earned in all, and the conversions that no trial explains.
with totals as (
  {{arm_aggregates time_window="all" window_start="cast(null as timestamp)"}}
),
orphans as (
  select experiment_id, price_id, count(*) as conversions
  from {{ref "conversions"}}
  where impression_id is null
  group by experiment_id, price_id
)
select
  totals.*,
  coalesce(orphans.conversions, 0) as orphan_conversions
from totals
left join orphans
  on orphans.experiment_id = totals.experiment_id
  and orphans.price_id = totals.price_id

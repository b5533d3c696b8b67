-- One row per trial, the unit that bandits learn from, with what it earned.
with converted as (
  select
    impression_id,
    min(event_timestamp) as converted_at
  from {{ref "conversions"}}
  where impression_id is not null
  group by impression_id
),
earned as (
  select
    impression_id,
    count(amount) as revenue_events,
    count(*) - count(amount) as unknown_amounts,
    sum(amount) as revenue,
    sum(cast(amount as double precision) * cast(amount as double precision)) as revenue_squares
  from {{ref "revenues"}}
  where impression_id is not null
  group by impression_id
)
select
  trials.trial_id,
  trials.experiment_id,
  trials.price_id,
  trials.trial_timestamp,
  date_trunc('hour', trials.trial_timestamp) as hour_start,
  {{reporting_day_start "trials.trial_timestamp"}} as day_start,
  trials.user_id,
  trials.device,
  trials.segment,
  trials.propensity_score,
  trials.raw_impressions,
  case when converted.impression_id is null then 0 else 1 end as conversions,
  converted.converted_at,
  coalesce(earned.revenue_events, 0) as revenue_events,
  {{!-- Unknown is not 0: NULL where none of its amounts is known. --}}
  case when earned.unknown_amounts > 0 then earned.revenue else coalesce(earned.revenue, 0) end as revenue,
  coalesce(earned.revenue_squares, 0) as revenue_squares,
  {{!-- What each measure counts for is 1 or 0 unless the objective is weighted. --}}
  experiments.conversion_weight * case when converted.impression_id is null then 0e0 else 1e0 end
    + case
      when experiments.revenue_weight = 0e0 then 0e0
      when earned.unknown_amounts > 0 then null
      else experiments.revenue_weight * cast(coalesce(earned.revenue, 0) as double precision)
    end
    + experiments.cost_weight * coalesce(bandits.cost, 0e0) * greatest(
      coalesce(earned.revenue_events + earned.unknown_amounts, 0),
      case when converted.impression_id is null then 0 else 1 end
    )
    as reward,
  trials.window_ends_at <= clock.as_of as is_mature,
  coalesce(earned.unknown_amounts, 0) as unknown_amounts
from {{ref "merged_impressions"}} as trials
inner join {{ref "experiments"}} as experiments on experiments.experiment_id = trials.experiment_id
left join {{ref "bandits"}} as bandits
  on bandits.experiment_id = trials.experiment_id
  and bandits.price_id = trials.price_id
cross join {{ref "bandit_clock"}} as clock
left join converted on converted.impression_id = trials.trial_id
left join earned on earned.impression_id = trials.trial_id

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
    count(*) as revenue_events,
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
  trials.raw_impressions,
  case when converted.impression_id is null then 0 else 1 end as conversions,
  converted.converted_at,
  coalesce(earned.revenue_events, 0) as revenue_events,
  coalesce(earned.revenue, 0) as revenue,
  coalesce(earned.revenue_squares, 0) as revenue_squares,
  case
    when experiments.objective = 'revenue' then cast(coalesce(earned.revenue, 0) as double precision)
    else cast(case when converted.impression_id is null then 0 else 1 end as double precision)
  end as reward,
  trials.window_ends_at <= clock.as_of as is_mature
from {{ref "merged_impressions"}} as trials
inner join {{ref "experiments"}} as experiments on experiments.experiment_id = trials.experiment_id
cross join {{ref "bandit_clock"}} as clock
left join converted on converted.impression_id = trials.trial_id
left join earned on earned.impression_id = trials.trial_id

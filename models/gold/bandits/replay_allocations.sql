-- How a replay by Thompson sampling shared the logged choices of a file out, by day, and what the choices that it shares with the log earned.
with drawn as (
  select
    experiment_id,
    window_start,
    price_id,
    max(weight) as weight,
    count(*) as choices,
    sum(case when is_match then 1 else 0 end) as matches,
    sum(case when is_match then reward else 0 end) as reward
  from {{ref "replayed_choices"}}
  group by experiment_id, window_start, price_id
)
select
  experiment_id,
  window_start,
  price_id,
  weight,
  choices,
  cast(matches as bigint) as matches,
  cast(reward as bigint) as reward,
  {{safe_divide "reward" "matches"}} as mean_reward
from drawn

-- What Thompson sampling would have chosen for each logged choice of a file, knowing what was logged until its day; drawn by var(replay_seed).
{{config materialized="table"}}

{{#if (ne (var "replay_seed") null)}}
with logged as (
  select
    event_id,
    experiment_id,
    item_id as price_id,
    case when is_clicked then 1 else 0 end as reward,
    propensity_score,
    {{reporting_day_start "event_timestamp"}} as window_start
  from {{ref "stg_open_bandit_events"}}
),
windows as (
  select distinct experiment_id, window_start
  from logged
),
arms as (
  select distinct experiment_id, price_id
  from logged
),
daily as (
  select experiment_id, price_id, window_start, count(*) as trials, sum(reward) as successes
  from logged
  group by experiment_id, price_id, window_start
),
{{!-- Of the days before: a policy that knew its own day would be worth more than it can be. --}}
known as (
  select
    windows.experiment_id,
    windows.window_start,
    arms.price_id,
    coalesce(sum(daily.trials), 0) as trials,
    coalesce(sum(daily.successes), 0) as successes
  from windows
  inner join arms on arms.experiment_id = windows.experiment_id
  left join daily
    on daily.experiment_id = windows.experiment_id
    and daily.price_id = arms.price_id
    and daily.window_start < windows.window_start
  group by windows.experiment_id, windows.window_start, arms.price_id
),
chances as (
  {{beta_posterior "known"
    keys=(list "experiment_id" "window_start")
    arm="price_id"
    trials="trials"
    successes="successes"
    prior_alpha=(var "prior_alpha" 1)
    prior_beta=(var "prior_beta" 1)}}
),
shares as (
  {{bandit_weights "chances"
    keys=(list "experiment_id" "window_start")
    arm="arm"
    prob_best="prob_best"
    min_share=(var "min_share")}}
),
{{!-- Each arm has its stretch of 0 to 1: the last ends at 1, whatever the digits add up to. --}}
stretches as (
  select
    experiment_id,
    window_start,
    arm as price_id,
    weight,
    coalesce(sum(weight) over before, 0e0) as stretch_start,
    case when row_number() over back = 1 then 2e0 else sum(weight) over so_far end as stretch_end
  from shares
  window
    before as (partition by experiment_id, window_start order by {{by_bytes "arm"}} rows between unbounded preceding and 1 preceding),
    so_far as (partition by experiment_id, window_start order by {{by_bytes "arm"}} rows unbounded preceding),
    back as (partition by experiment_id, window_start order by {{by_bytes "arm"}} desc)
),
drawn as (
  select
    logged.*,
    {{seeded_uniform (concat "'" (var "replay_seed") ":' || event_id")}} as draw
  from logged
)
select
  drawn.event_id,
  drawn.experiment_id,
  drawn.window_start,
  chosen.price_id,
  chosen.weight,
  drawn.price_id as logged_price_id,
  drawn.propensity_score as logged_propensity,
  own.weight as logged_arm_weight,
  drawn.reward,
  chosen.price_id = drawn.price_id as is_match
from drawn
inner join stretches as chosen
  on chosen.experiment_id = drawn.experiment_id
  and chosen.window_start = drawn.window_start
  and chosen.stretch_start <= drawn.draw
  and drawn.draw < chosen.stretch_end
inner join stretches as own
  on own.experiment_id = drawn.experiment_id
  and own.window_start = drawn.window_start
  and own.price_id = drawn.price_id
{{else}}
select
  event_id,
  experiment_id,
  event_timestamp as window_start,
  item_id as price_id,
  cast(null as double precision) as weight,
  item_id as logged_price_id,
  propensity_score as logged_propensity,
  cast(null as double precision) as logged_arm_weight,
  0 as reward,
  false as is_match
from {{ref "stg_open_bandit_events"}}
where 1 = 0
{{/if}}

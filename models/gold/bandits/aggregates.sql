-- The measures of each arm by hour, by day and in all; never to be summed over time_window.
{{#each (list "aggregates_hourly" "aggregates_daily" "aggregates_total") as |windows|}}
select
  experiment_id,
  price_id,
  time_window,
  window_start,
  impressions,
  conversions,
  conversion_rate,
  mean_reward,
  variance,
  raw_impressions,
  immature_trials,
  users,
  revenue,
  revenue_events,
  mean_revenue_per_event,
  variance_per_event,
  revenue_per_user,
  unknown_amounts
from {{ref windows}}
{{#unless @last}}
union all
{{/unless}}
{{/each}}

{{!--
  The measures of every arm in every window of one length. A window belongs to the trial: a conversion counts in the
  window of the trial it converts, however late it comes.
--}}
{{#macro "arm_aggregates" "time_window" "window_start"}}
select
  experiment_id,
  price_id,
  '{{time_window}}' as time_window,
  window_start,
  count(*) as impressions,
  cast(sum(conversions) as bigint) as conversions,
  {{safe_divide "sum(conversions)" "count(*)"}} as conversion_rate,
  avg(reward) as mean_reward,
  var_samp(reward) as variance,
  cast(sum(raw_impressions) as bigint) as raw_impressions
from (
  select
    experiment_id,
    price_id,
    {{window_start}} as window_start,
    conversions,
    reward,
    raw_impressions
  from {{ref "trials"}}
) as windowed_trials
group by experiment_id, price_id, window_start
{{/macro}}

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
  cast(sum(raw_impressions) as bigint) as raw_impressions,
  cast(sum(case when is_mature then 0 else 1 end) as bigint) as immature_trials,
  count(distinct user_id) as users,
  sum(revenue) as revenue,
  cast(sum(revenue_events) as bigint) as revenue_events,
  {{safe_divide "sum(revenue)" "sum(revenue_events)"}} as mean_revenue_per_event,
  {{!-- From the sums of amounts and of their squares; what rounding leaves below 0 is 0. --}}
  case
    when sum(revenue_events) > 1 then greatest(
      (
        cast(sum(revenue_squares) as double precision)
        - cast(sum(revenue) as double precision) * cast(sum(revenue) as double precision) / sum(revenue_events)
      ) / (sum(revenue_events) - 1),
      0e0
    )
  end as variance_per_event,
  {{safe_divide "sum(revenue)" "count(distinct user_id)"}} as revenue_per_user,
  cast(sum(unknown_amounts) as bigint) as unknown_amounts
from (
  select
    trials.*,
    {{window_start}} as window_start
  from {{ref "trials"}} as trials
) as windowed_trials
group by experiment_id, price_id, window_start
{{/macro}}

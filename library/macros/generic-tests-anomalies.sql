{{!--
  Generic tests that compare the newest figure of a table with those before it. The figure is judged by its distance
  from the median of its history, measured in what figures usually differ from it (robust z-score):

    usual  = 1.4826 * median of |figure - median|, or 1.2533 * mean of them where more than half are alike,
             and at least `min_deviation` (a share) of the median
    z      = (newest figure - median of the history) / usual

  Beyond `threshold` it is an anomaly. With fewer than `min_history` figures before it nothing is judged: the test
  passes and says so. `direction`: `both`, `up` or `down`.
--}}

{{!--
  Rows per `period` (hour, day, week, month) by the table's own time column: the newest period that is over, against up
  to `periods` before it. A period without rows counts as 0. How figures are judged, here and in the two others:
  [anomalies](../tests.md#anomalies).
--}}
{{#test "volume_anomaly" "model" "time_column" period="day" periods=28 min_history=7 threshold=3.5 min_deviation=0.01 direction="both"}}
{{config fail_calc="coalesce(sum(n_failures), 0)" message_calc="max(not_judged)"}}
with counted as (
  select
    cast(date_trunc('{{period}}', {{time_column}}) as timestamp) as period,
    cast(count(*) as double precision) as figure
  from {{model}} as tested
  where {{time_column}} < date_trunc('{{period}}', current_timestamp)
  group by 1
),
newest as (
  select max(period) as last_period, min(period) as first_period
  from counted
),
figures as (
  select
    newest.last_period - cast(steps.number as integer) * interval '1 {{period}}' as period,
    cast(steps.number as integer) as age,
    coalesce(counted.figure, 0) as figure
  from newest
  cross join {{number_series 0 periods}} as steps
  left join counted
    on counted.period = newest.last_period - cast(steps.number as integer) * interval '1 {{period}}'
  where newest.last_period - cast(steps.number as integer) * interval '1 {{period}}' >= newest.first_period
)
{{judged_figures min_history threshold min_deviation direction}}
{{/test}}

{{!--
  `aggregate` of a column (avg, sum, min, max, ..) per `period` by the table's time column: the newest period that is
  over, against up to `periods` before it. A period without a value is left out.
--}}
{{#test "value_anomaly" "model" "column_name" "time_column" aggregate="avg" period="day" periods=28 min_history=7 threshold=3.5 min_deviation=0.01 direction="both"}}
{{config fail_calc="coalesce(sum(n_failures), 0)" message_calc="max(not_judged)"}}
with figures as (
  select *
  from (
    select
      period,
      figure,
      cast(row_number() over (order by period desc) as integer) - 1 as age
    from (
      select
        cast(date_trunc('{{period}}', {{time_column}}) as timestamp) as period,
        cast({{aggregate}}({{column_name}}) as double precision) as figure
      from {{model}} as tested
      where {{time_column}} < date_trunc('{{period}}', current_timestamp)
      group by 1
    ) as aggregated
    where figure is not null
  ) as numbered
  where age <= {{periods}}
)
{{judged_figures min_history threshold min_deviation direction}}
{{/test}}

{{!--
  Rows of a table or seed against those of its last `builds` publications in the ledger. Publications that were rolled
  back do not count.
--}}
{{#test "row_count_anomaly" "model" builds=30 min_history=7 threshold=3.5 min_deviation=0.01 direction="both"}}
{{config fail_calc="coalesce(sum(n_failures), 0)" message_calc="max(not_judged)"}}
with figures as (
  select
    cast(current_timestamp as timestamp) as period,
    0 as age,
    cast(count(*) as double precision) as figure
  from {{model}} as tested
  union all
  select period, age, figure
  from (
    select
      cast(finished_at as timestamp) as period,
      cast(row_number() over (order by version desc) as integer) as age,
      cast(row_count as double precision) as figure
    from _assay.node_runs
    where schema_name = '{{model.schema}}'
      and identifier = '{{replace model.identifier "__assay_new" ""}}'
      and version is not null
      and row_count is not null
  ) as published
  where age <= {{builds}}
)
{{judged_figures min_history threshold min_deviation direction}}
{{/test}}

{{!-- Goes on from a CTE `figures` (period, age, figure; age 0 is the newest): the newest one if it is an anomaly. --}}
{{#macro "judged_figures" "min_history" "threshold" "min_deviation" "direction"}}
{{#unless (in direction (list "both" "up" "down"))}}
{{raise (concat "expected direction to be both, up or down, found \"" direction "\"")}}
{{/unless}}
, middle as (
  select
    cast(count(*) as integer) as n_history,
    percentile_cont(0.5) within group (order by figure) as expected
  from figures
  where age > 0
),
spread as (
  select
    percentile_cont(0.5) within group (order by abs(figures.figure - middle.expected)) as median_deviation,
    avg(abs(figures.figure - middle.expected)) as mean_deviation
  from figures
  cross join middle
  where figures.age > 0
),
judged as (
  select
    figures.period,
    figures.figure,
    middle.expected,
    middle.n_history,
    greatest(
      case when spread.median_deviation > 0 then 1.4826 * spread.median_deviation else 1.2533 * spread.mean_deviation end,
      {{min_deviation}} * abs(middle.expected)
    ) as usual_deviation
  from figures
  cross join middle
  cross join spread
  where figures.age = 0
),
scored as (
  select
    judged.*,
    case
      when figure = expected then 0
      when usual_deviation > 0 then (figure - expected) / usual_deviation
      when figure > expected then cast('Infinity' as double precision)
      else cast('-Infinity' as double precision)
    end as z_score
  from judged
)
select
  period,
  figure,
  expected,
  usual_deviation,
  z_score,
  n_history,
  case when n_history < {{min_history}} then 0 else 1 end as n_failures,
  case
    when n_history < {{min_history}}
    then 'not judged: ' || cast(n_history as varchar) || ' of the {{min_history}} earlier figures it needs'
  end as not_judged
from scored
where n_history < {{min_history}}
  or {{#if (eq direction "both")}}abs(z_score) > {{threshold}}{{else if (eq direction "up")}}z_score > {{threshold}}{{else}}z_score < -{{threshold}}{{/if}}
{{/macro}}

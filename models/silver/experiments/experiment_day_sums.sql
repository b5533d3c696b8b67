-- One row per experiment, metric, variant and day on which outcome windows ended: what the users of that day add to the sums of a look.
{{#each (list "proportion" "mean" "ratio") as |test|}}
{{#each (metrics_compared_as test) as |metric|}}
{{#each (list "" "_capped") as |suffix|}}
{{#if (or (eq suffix "") metric.experiment.cap_quantile)}}
select
  experiment_id,
  {{string_literal (concat metric.experiment.name suffix)}} as metric,
  '{{test}}' as test,
  variant,
  is_control,
  look,
  count(*) as users,
  sum(numerator) as numerator,
  sum(denominator) as denominator,
  sum(numerator * numerator) as numerator_squares,
  sum(numerator * denominator) as products,
  sum(denominator * denominator) as denominator_squares
from (
  select
    outcomes.experiment_id,
    outcomes.variant,
    outcomes.is_control,
    {{reporting_date "outcomes.window_ends_at"}} as look,
    {{#if (eq test "ratio")}}
    {{part_of_ratio metric.numerator}} as numerator,
    {{part_of_ratio metric.denominator}} as denominator
    {{else}}
    {{#if (eq suffix "_capped")}}
    least(cast({{metric.expr}} as double precision), caps.cap) as numerator,
    {{else}}
    cast({{metric.expr}} as double precision) as numerator,
    {{/if}}
    1e0 as denominator
    {{/if}}
  from (
    select *
    from {{ref "mart_user_outcomes"}}
    where is_mature and {{is_compared_row metric}}
  ) as outcomes
  {{#if (eq suffix "_capped")}}
  inner join (
    select experiment_id as capped_experiment, cap
    from {{ref "experiment_caps"}}
    where metric = {{string_literal metric.experiment.name}}
  ) as caps on caps.capped_experiment = outcomes.experiment_id
  {{/if}}
) as measured
group by experiment_id, variant, is_control, look
union all
{{/if}}
{{/each}}
{{/each}}
{{/each}}
{{no_rows (list 
  "varchar" "varchar" "varchar" "varchar" "boolean" "date" "bigint" "double precision" "double precision"
  "double precision" "double precision" "double precision")}}

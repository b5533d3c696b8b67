-- One row per experiment and metric that is capped: the amount above which a user counts as having that much, over all users together.
{{#each (metrics_compared_as "mean") as |metric|}}
{{#if metric.experiment.cap_quantile}}
{{!-- One user who spends like a hundred moves the mean of a variant. --}}
select
  experiment_id,
  {{string_literal metric.experiment.name}} as metric,
  percentile_cont({{metric.experiment.cap_quantile}}) within group (order by cast({{metric.expr}} as double precision)) as cap
from {{ref "mart_user_outcomes"}}
where is_mature and {{is_compared_row metric}}
group by experiment_id
union all
{{/if}}
{{/each}}
{{no_rows (list "varchar" "varchar" "double precision")}}

-- One row per experiment, metric, segment, variant and user: the two sums whose ratio is compared.
{{#each (metrics_compared_as "ratio") as |metric|}}
select
  experiment_id,
  {{string_literal metric.experiment.name}} as metric,
  segment,
  segment_dimension,
  segment_value,
  variant,
  is_control,
  user_id,
  cast({{metric.numerator.expr}} as double precision) as numerator,
  cast({{metric.denominator.expr}} as double precision) as denominator
from {{ref "experiment_unit_segments"}}
where {{compares_metric metric.name}}
union all
{{/each}}
{{no_rows (list 
  "varchar" "varchar" "varchar" "varchar" "varchar" "varchar" "boolean" "varchar" "double precision"
  "double precision")}}

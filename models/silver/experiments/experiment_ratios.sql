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
  {{part_of_ratio metric.numerator}} as numerator,
  {{part_of_ratio metric.denominator}} as denominator
from {{ref "experiment_unit_segments"}}
where {{is_compared_row metric}}
union all
{{/each}}
{{no_rows (list 
  "varchar" "varchar" "varchar" "varchar" "varchar" "varchar" "boolean" "varchar" "double precision"
  "double precision")}}

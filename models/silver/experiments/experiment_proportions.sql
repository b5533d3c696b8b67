-- One row per experiment, metric, segment and variant: how many users, and how many of them did it.
select
  experiment_id,
  'conversion' as metric,
  'all' as segment,
  'all' as segment_dimension,
  'all' as segment_value,
  variant,
  is_control,
  users,
  conversions
from {{ref "stg_experiment_counts"}}
{{#each (metrics_compared_as "proportion") as |metric|}}
union all
select
  experiment_id,
  {{string_literal metric.experiment.name}} as metric,
  segment,
  segment_dimension,
  segment_value,
  variant,
  is_control,
  count(*) as users,
  cast(sum({{metric.expr}}) as bigint) as conversions
from {{ref "experiment_unit_segments"}}
where {{is_compared_row metric}}
group by experiment_id, segment, segment_dimension, segment_value, variant, is_control
{{/each}}

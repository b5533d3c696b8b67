-- One row per experiment, metric, segment and variant: the mean of an amount over all users, and its sample variance.
{{#each (metrics_compared_as "mean") as |metric|}}
select
  experiment_id,
  {{string_literal metric.experiment.name}} as metric,
  segment,
  segment_dimension,
  segment_value,
  variant,
  is_control,
  count(*) as users,
  avg(cast({{metric.expr}} as double precision)) as mean,
  var_samp(cast({{metric.expr}} as double precision)) as variance
from {{ref "experiment_unit_segments"}}
where {{compares_metric metric.name}}
group by experiment_id, segment, segment_dimension, segment_value, variant, is_control
union all
{{#if metric.experiment.cap_quantile}}
{{!-- One user who spends like a hundred moves the mean of a variant: the cap is that of all users together. --}}
select
  units.experiment_id,
  {{string_literal (concat metric.experiment.name "_capped")}} as metric,
  units.segment,
  units.segment_dimension,
  units.segment_value,
  units.variant,
  units.is_control,
  count(*) as users,
  avg(least(cast(units.{{metric.expr}} as double precision), caps.cap)) as mean,
  var_samp(least(cast(units.{{metric.expr}} as double precision), caps.cap)) as variance
from {{ref "experiment_unit_segments"}} as units
inner join (
  select
    experiment_id,
    percentile_cont({{metric.experiment.cap_quantile}}) within group (order by cast({{metric.expr}} as double precision)) as cap
  from {{ref "experiment_unit_segments"}}
  where segment_dimension = 'all'
  group by experiment_id
) as caps on caps.experiment_id = units.experiment_id
where {{compares_metric metric.name column="units.experiment_id"}}
group by
  units.experiment_id,
  units.segment,
  units.segment_dimension,
  units.segment_value,
  units.variant,
  units.is_control
union all
{{/if}}
{{/each}}
{{no_rows (list 
  "varchar" "varchar" "varchar" "varchar" "varchar" "varchar" "boolean" "bigint" "double precision"
  "double precision")}}

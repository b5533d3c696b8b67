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
where {{is_compared_row metric}}
group by experiment_id, segment, segment_dimension, segment_value, variant, is_control
union all
{{#if metric.experiment.cap_quantile}}
select
  experiment_id,
  {{string_literal (concat metric.experiment.name "_capped")}} as metric,
  segment,
  segment_dimension,
  segment_value,
  variant,
  is_control,
  count(*) as users,
  avg(least(amount, cap)) as mean,
  var_samp(least(amount, cap)) as variance
from (
  select
    units.*,
    cast({{metric.expr}} as double precision) as amount,
    caps.cap
  from (
    select *
    from {{ref "experiment_unit_segments"}}
    where {{is_compared_row metric}}
  ) as units
  inner join (
    select experiment_id as capped_experiment, cap
    from {{ref "experiment_caps"}}
    where metric = {{string_literal metric.experiment.name}}
  ) as caps on caps.capped_experiment = units.experiment_id
) as capped
group by experiment_id, segment, segment_dimension, segment_value, variant, is_control
union all
{{/if}}
{{/each}}
{{no_rows (list 
  "varchar" "varchar" "varchar" "varchar" "varchar" "varchar" "boolean" "bigint" "double precision"
  "double precision")}}

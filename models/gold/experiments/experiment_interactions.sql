-- Whether the effect of a variant differs between the values of a segment: one test per metric, dimension and variant.
{{config materialized="table"}}

with tested as (
  {{interaction_test
    (concat "(select * from " (ref "experiment_tests") " as tests where segment_dimension <> 'all' and variant is not null)")
    keys=(list "experiment_id" "metric" "segment_dimension" "variant")
    segment="segment_value"
    estimate="lift"
    std_error="std_error"}}
),
{{!-- Looking in several dimensions, at several variants, is several chances to find something. --}}
families as (
  select tested.*
  from tested
  where not {{is_guardrail "tested"}}
),
adjusted as (
  {{adjust_p_values "families"
    keys=(list "experiment_id" "metric")
    p_value="p_value"
    method="holm"
    labels=(list "segment_dimension" "variant")}}
)
select
  tested.experiment_id,
  tested.metric,
  tested.segment_dimension,
  tested.variant,
  tested.segments,
  tested.pooled,
  tested.statistic,
  tested.df,
  tested.p_value,
  adjusted.p_value_adjusted,
  tested.message
from tested
left join adjusted
  on adjusted.experiment_id = tested.experiment_id
  and adjusted.metric = tested.metric
  and adjusted.segment_dimension = tested.segment_dimension
  and adjusted.variant = tested.variant

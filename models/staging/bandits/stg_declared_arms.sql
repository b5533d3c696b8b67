-- One row per arm of each declared bandit: what experiments: of a properties file says, as a relation.
{{config materialized="table"}}

{{#each (experiments allocation="adaptive") as |experiment|}}
{{#each experiment.variants as |variant|}}
select
  {{string_literal experiment.name}} as experiment_id,
  {{string_literal variant.name}} as price_id,
  {{string_literal (escape_single_quotes variant.label)}} as label,
  {{number_or_null variant.price}} as price,
  {{number_or_null variant.cost}} as cost,
  cast({{variant.share}} as double precision) as planned_share,
  {{number_or_null variant.budget}} as budget,
  {{number_or_null variant.stock}} as stock,
  {{variant.is_control}} as is_control,
  {{string_literal experiment.conversion_type}} as conversion_type
union all
{{/each}}
{{/each}}
{{no_rows (list
  "varchar" "varchar" "varchar" "double precision" "double precision" "double precision" "double precision"
  "double precision" "boolean" "varchar")}}

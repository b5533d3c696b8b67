-- One row per variant of each declared A/B test.
{{config materialized="table"}}

{{#each (experiments allocation="fixed") as |experiment|}}
{{#each experiment.variants as |variant|}}
select
  {{string_literal experiment.name}} as experiment_id,
  {{string_literal variant.name}} as variant,
  {{string_literal (escape_single_quotes variant.label)}} as label,
  cast({{variant.share}} as double precision) as share,
  {{variant.is_control}} as is_control
union all
{{/each}}
{{/each}}
{{no_rows (list "varchar" "varchar" "varchar" "double precision" "boolean")}}

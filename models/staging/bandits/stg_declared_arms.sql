-- One row per arm of each declared bandit: what experiments: of a properties file says, as a relation.
{{config materialized="table"}}

{{#each (experiments allocation="adaptive") as |experiment|}}
{{#each experiment.variants as |variant|}}
select
  {{string_literal experiment.name}} as experiment_id,
  {{string_literal variant.name}} as price_id,
  {{string_literal (escape_single_quotes variant.label)}} as label,
  cast({{#if (eq variant.price null)}}null{{else}}{{variant.price}}{{/if}} as double precision) as price,
  cast({{variant.share}} as double precision) as planned_share,
  cast({{#if (eq variant.budget null)}}null{{else}}{{variant.budget}}{{/if}} as double precision) as budget,
  cast({{#if (eq variant.stock null)}}null{{else}}{{variant.stock}}{{/if}} as double precision) as stock,
  {{variant.is_control}} as is_control
union all
{{/each}}
{{/each}}
{{no_rows (list 
  "varchar" "varchar" "varchar" "double precision" "double precision" "double precision"
  "double precision" "boolean")}}

-- One row per metric that experiments compare, under the name that results give it, and which way is good.
{{config materialized="table"}}

{{#each (selectattr (metrics) "experiment") as |metric|}}
select
  {{string_literal metric.experiment.name}} as metric,
  {{string_literal (escape_single_quotes metric.label)}} as label,
  {{string_literal metric.experiment.test}} as test,
  {{string_literal metric.experiment.better}} as better
union all
{{#if metric.experiment.cap_quantile}}
select
  {{string_literal (concat metric.experiment.name "_capped")}} as metric,
  {{string_literal (concat (escape_single_quotes metric.label) ", capped")}} as label,
  {{string_literal metric.experiment.test}} as test,
  {{string_literal metric.experiment.better}} as better
union all
{{/if}}
{{/each}}
{{no_rows (list "varchar" "varchar" "varchar" "varchar")}}

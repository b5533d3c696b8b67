-- One row per guardrail of each declared A/B test: which way is good, and how much worse is still no harm.
{{config materialized="table"}}

{{#each (experiments allocation="fixed") as |experiment|}}
{{#each experiment.guardrails as |guardrail|}}
{{#each (metrics) as |metric|}}
{{#if (eq metric.name guardrail.metric)}}
select
  {{string_literal experiment.name}} as experiment_id,
  {{string_literal metric.experiment.name}} as metric,
  {{string_literal guardrail.better}} as better,
  cast({{guardrail.margin}} as double precision) as margin
union all
{{/if}}
{{/each}}
{{/each}}
{{/each}}
{{no_rows (list "varchar" "varchar" "varchar" "double precision")}}

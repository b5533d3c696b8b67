{{!-- The experiments whose results hold a metric, among its metrics or its guardrails, as a list of SQL texts; `false` if none. --}}
{{#macro "compares_metric" "metric" column="experiment_id"}}
{{#let names=(compared_by metric)}}
{{#if names}}{{column}} in ({{#each names as |name|}}{{string_literal name}}{{#unless @last}}, {{/unless}}{{/each}}){{else}}false{{/if}}
{{/let}}
{{/macro}}

{{#macro "compared_by" "metric"}}
{{#each (experiments allocation="fixed") as |experiment|}}
{{#if (or (in metric experiment.metrics) (in metric (pluck experiment.guardrails "metric")))}}{{yield experiment.name}}{{/if}}
{{/each}}
{{/macro}}

{{!-- Whether a row of mature users counts for a metric: its experiment compares it, and the metric's own filters hold. --}}
{{#macro "is_compared_row" "metric"}}
{{compares_metric metric.name}}{{#each metric.filters as |filter|}} and ({{filter}}){{/each}}
{{/macro}}

{{!-- The numerator or denominator of a metric, of one user: 0 where its own filters do not hold. --}}
{{#macro "part_of_ratio" "measure"}}
{{#if measure.filters}}
case when {{#each measure.filters as |filter|}}({{filter}}){{#unless @last}} and {{/unless}}{{/each}} then cast({{measure.expr}} as double precision) else 0e0 end
{{else}}
cast({{measure.expr}} as double precision)
{{/if}}
{{/macro}}

{{!-- The metrics that experiments compare by one kind of test: proportion, mean or ratio. --}}
{{#macro "metrics_compared_as" "test"}}
{{#each (selectattr (metrics) "experiment") as |metric|}}
{{#if (eq metric.experiment.test test)}}{{yield metric}}{{/if}}
{{/each}}
{{/macro}}

{{!-- Whether a row of tests has fewer than 100 users, or 10 conversions, in one of its variants. --}}
{{#macro "too_few_to_judge"}}
(
  least(users, control_users) < 100
  or least(conversions, control_conversions) < 10
)
{{/macro}}

{{!-- Whether the metric of a row is a guardrail of its experiment, which is no test among others: it is not adjusted. --}}
{{#macro "is_guardrail" "rows"}}
exists (
  select 1
  from {{ref "stg_declared_guardrails"}} as guardrails
  where guardrails.experiment_id = {{rows}}.experiment_id
    and guardrails.metric = {{rows}}.metric
)
{{/macro}}

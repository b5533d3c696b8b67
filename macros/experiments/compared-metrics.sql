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

{{!-- The metrics that experiments compare by one kind of test: proportion, mean or ratio. --}}
{{#macro "metrics_compared_as" "test"}}
{{#each (selectattr (metrics) "experiment") as |metric|}}
{{#if (eq metric.experiment.test test)}}{{yield metric}}{{/if}}
{{/each}}
{{/macro}}

{{!-- Whether a row of `tested` has fewer than 100 users, or 10 conversions, in one of its variants. --}}
{{#macro "too_few_to_judge"}}
(
  least(tested.users, tested.control_users) < 100
  or least(tested.conversions, tested.control_conversions) < 10
)
{{/macro}}

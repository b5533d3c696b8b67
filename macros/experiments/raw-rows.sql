{{!-- The raw rows of A/B tests: the sample in seeds/experiment, or what assay ingest has loaded. --}}
{{#macro "experiment_rows" "name"}}
{{#if (eq (var "experiment_data") "sample")}}{{ref (concat "sample_" name)}}{{else}}{{source "experiments" name}}{{/if}}
{{/macro}}

{{!-- A column of raw events by the name that the models use: var(experiment_event_columns) says what the data calls it. --}}
{{#macro "raw_event_column" "name"}}
{{#let mapping=(var "experiment_event_columns")}}
{{~#if (lookup mapping name)}}{{lookup mapping name}}{{else}}{{name}}{{/if~}}
{{/let}}
{{/macro}}

{{!-- The name of an event: other names of the same are in var(event_aliases). --}}
{{#macro "canonical_event_name" "name"}}
{{#let aliases=(var "event_aliases")}}
case lower({{name}})
  {{#each aliases as |canonical alias|}}
  when '{{alias}}' then '{{canonical}}'
  {{/each}}
  else lower({{name}})
end
{{/let}}
{{/macro}}

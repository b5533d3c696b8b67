{{!-- A number that was declared, or NULL, double precision. --}}
{{#macro "number_or_null" "value"}}
cast({{#if (eq value null)}}null{{else}}{{value}}{{/if}} as double precision)
{{/macro}}

{{!--
  The segment of a trial: `device=mobile,country=DE`, a part for each attribute that its experiment names under context:, in
  that order, `unknown` where there is none; empty for an experiment without context. `device` is a column of events, the
  others are in the JSON of `context`.
--}}
{{#macro "segment_of" "events"}}
case {{events}}.experiment_id
  {{#each (experiments allocation="adaptive") as |experiment|}}
  {{#if experiment.context}}
  when {{string_literal experiment.name}} then
    {{#each experiment.context as |attribute|}}
    {{string_literal (concat attribute "=")}} || coalesce({{#if (eq attribute "device")}}{{events}}.device{{else}}{{context_value (concat events ".context") attribute}}{{/if}}, 'unknown'){{#unless @last}} || ',' ||{{/unless}}
    {{/each}}
  {{/if}}
  {{/each}}
  else ''
end
{{/macro}}

{{!--
  A text or number under a key of a JSON object of texts and numbers, as text; NULL where there is none. By a regular
  expression: a cast to JSON would be an error where the text is none.
--}}
{{#macro "context_value" "json" "key" adapter="duckdb"}}
coalesce(
  nullif(regexp_extract({{json}}, {{context_pattern key '"([^"]+)"'}}, 1), ''),
  nullif(regexp_extract({{json}}, {{context_pattern key '(-?[0-9][0-9.eE+-]*|true|false)'}}, 1), '')
)
{{/macro}}

{{#macro "context_value" "json" "key" adapter="postgres"}}
coalesce(
  substring({{json}} from {{context_pattern key '"([^"]+)"'}}),
  substring({{json}} from {{context_pattern key '(-?[0-9][0-9.eE+-]*|true|false)'}})
)
{{/macro}}

{{#macro "context_pattern" "key" "value"}}
{{return (string_literal (concat '[{,] *"' key '" *: *' value))}}
{{/macro}}

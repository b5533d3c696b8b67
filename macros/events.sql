{{!-- A text that is ordered by its bytes, as DuckDB does it; Postgres would ask the collation. --}}
{{#macro "by_bytes" "text" adapter="duckdb"}}
{{text}}
{{/macro}}

{{#macro "by_bytes" "text" adapter="postgres"}}
{{text}} collate "C"
{{/macro}}

{{!-- The time of an event, of a text without blanks around it: ISO texts, and seconds, milliseconds or microseconds since 1970. NULL where it is none of them. --}}
{{#macro "event_time" "text"}}
case
  when {{matches text "^[0-9]{16}$"}} then {{time_of_microseconds (concat "cast(" text " as bigint)")}}
  when {{matches text "^[0-9]{13}$"}} then {{time_of_microseconds (concat "cast(" text " as bigint) * 1000")}}
  when {{matches text "^[0-9]{10}$"}} then {{time_of_microseconds (concat "cast(" text " as bigint) * 1000000")}}
  when not {{matches text "^[0-9]+$"}} then {{read_timestamp text}}
end
{{/macro}}

{{#macro "time_of_microseconds" "count" adapter="duckdb"}}
make_timestamp({{count}})
{{/macro}}

{{#macro "time_of_microseconds" "count" adapter="postgres"}}
timestamp 'epoch' + (({{count}}) / 1000000) * interval '1 second' + (({{count}}) % 1000000) * interval '1 microsecond'
{{/macro}}

{{!-- Whole minutes as an interval. --}}
{{#macro "minutes" "count"}}
interval '{{count}} minutes'
{{/macro}}

{{!-- Seconds between two times, double precision. --}}
{{#macro "seconds_between" "earlier" "later"}}
(cast(extract(epoch from {{later}}) as double precision) - cast(extract(epoch from {{earlier}}) as double precision))
{{/macro}}

{{!-- A number that is not negative, numeric(18, 4), NULL where the text is none. --}}
{{#macro "read_amount" "text"}}
case
  when {{matches text "^[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,2})?$"}} and length({{text}}) <= 40
  then case
    when cast({{text}} as double precision) < 1e13
    then {{amount_of text}}
  end
end
{{/macro}}

{{#macro "amount_of" "text" adapter="duckdb"}}
cast({{text}} as decimal(18, 4))
{{/macro}}

{{#macro "amount_of" "text" adapter="postgres"}}
cast(cast({{text}} as numeric) as numeric(18, 4))
{{/macro}}

{{!-- The text of a column without the spaces and line ends around it, NULL where nothing is left. --}}
{{#macro "trimmed" "column" adapter="postgres"}}
nullif(trim(both ' ' || chr(9) || chr(10) || chr(13) from {{column}}), '')
{{/macro}}

{{!-- DuckDB's trim looks at each character of a text, so it is only asked where there is something to take off. --}}
{{#macro "trimmed" "column" adapter="duckdb"}}
case
  when {{column}} < '!' or suffix({{column}}, ' ') or suffix({{column}}, chr(9)) or suffix({{column}}, chr(10)) or suffix({{column}}, chr(13))
  then nullif(trim(both ' ' || chr(9) || chr(10) || chr(13) from {{column}}), '')
  else {{column}}
end
{{/macro}}

{{!-- Whether a name is one of a list, which a var holds. --}}
{{#macro "is_one_of" "column" "names"}}
{{#if names}}{{column}} in ({{#each names as |name|}}'{{name}}'{{#unless @last}}, {{/unless}}{{/each}}){{else}}false{{/if}}
{{/macro}}

{{!-- The now of a set of events, an aggregate: var(as_of), or else the time of the last of them. --}}
{{#macro "now_of_events"}}
{{#if (var "as_of" null)}}
coalesce(cast('{{var "as_of" null}}' as timestamp), max(event_timestamp))
{{else}}
max(event_timestamp)
{{/if}}
{{/macro}}

{{!-- A query of no rows with columns of these types: what a union of none is. --}}
{{#macro "no_rows" "types"}}
select
  {{#each types as |type|}}
  cast(null as {{type}}){{#unless @last}},{{/unless}}
  {{/each}}
where 1 = 0
{{/macro}}

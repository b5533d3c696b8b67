{{!-- Whether a name is one of a list, which a var holds. --}}
{{#macro "is_one_of" "column" "names"}}
{{#if names}}{{column}} in ({{#each names as |name|}}'{{name}}'{{#unless @last}}, {{/unless}}{{/each}}){{else}}false{{/if}}
{{/macro}}

{{!-- Where an event stands among those of one moment. --}}
{{#macro "funnel_rank" "event_name"}}
case
  when {{is_one_of event_name (var "list_events")}} then 1
  when {{is_one_of event_name (var "click_events")}} then 2
  when {{is_one_of event_name (var "view_events")}} then 3
  when {{is_one_of event_name (var "cart_events")}} then 4
  when {{is_one_of event_name (var "checkout_events")}} then 5
  when {{is_one_of event_name (var "purchase_events")}} then 6
  else 9
end
{{/macro}}

{{!-- A text that is ordered by its bytes, as DuckDB does it; Postgres would ask the collation. --}}
{{#macro "by_bytes" "text" adapter="duckdb"}}
{{text}}
{{/macro}}

{{#macro "by_bytes" "text" adapter="postgres"}}
{{text}} collate "C"
{{/macro}}

{{!-- The time of an event: ISO texts, and seconds, milliseconds or microseconds since 1970. NULL where it is none of them. --}}
{{#macro "event_time" "text"}}
case
  when {{matches text "^[0-9]{16}$"}} then {{time_of_microseconds (concat "cast(" text " as bigint)")}}
  when {{matches text "^[0-9]{13}$"}} then {{time_of_microseconds (concat "cast(" text " as bigint) * 1000")}}
  when {{matches text "^[0-9]{10}$"}} then {{time_of_microseconds (concat "cast(" text " as bigint) * 1000000")}}
  when not {{matches text "^[0-9]+$"}} then {{safe_cast text "timestamp"}}
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

{{!-- A day and how many days later, as a day. --}}
{{#macro "days_after" "day" "count"}}
cast({{day}} + interval '{{count}} days' as date)
{{/macro}}

{{!-- Seconds between two times, double precision. --}}
{{#macro "seconds_between" "earlier" "later"}}
(cast(extract(epoch from {{later}}) as double precision) - cast(extract(epoch from {{earlier}}) as double precision))
{{/macro}}

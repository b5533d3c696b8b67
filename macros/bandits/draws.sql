{{!-- The number under a key, an expression, of a JSON object; NULL where there is none. --}}
{{#macro "number_under" "json" "key" adapter="duckdb"}}
cast(json_extract_string({{json}}, '/' || replace(replace({{key}}, '~', '~0'), '/', '~1')) as double precision)
{{/macro}}

{{#macro "number_under" "json" "key" adapter="postgres"}}
cast(cast({{json}} as json) ->> {{key}} as double precision)
{{/macro}}

{{!-- A number from 0 up to, not including, 1, that a text alone decides: the same on every database, as if drawn at random. --}}
{{#macro "seeded_uniform" "text" adapter="duckdb"}}
(cast('0x' || substr(md5({{text}}), 1, 8) as bigint) / 4294967296e0)
{{/macro}}

{{#macro "seeded_uniform" "text" adapter="postgres"}}
(cast(cast('x' || substr(md5({{text}}), 1, 8) as bit(32)) as bigint) / 4294967296e0)
{{/macro}}

{{!-- Parts of web addresses and of JSON, and lines for the log. --}}

{{!-- The host of a web address: `www.example.com`, without `http://`, port left as it is. --}}
{{#macro "get_url_host" "field"}}
split_part(split_part({{without_protocol field}}, '/', 1), '?', 1)
{{/macro}}

{{!-- What stands between the host and the `?` of a web address, without the slash before it. --}}
{{#macro "get_url_path" "field"}}
{{#let address=(concat "split_part(" (without_protocol field) ", '?', 1)")}}
substr({{address}}, coalesce(nullif(position('/' in {{address}}), 0), length({{address}})) + 1)
{{/let}}
{{/macro}}

{{!-- A parameter of a web address, `url_parameter` being its name; NULL when it is not there or empty. --}}
{{#macro "get_url_parameter" "field" "url_parameter"}}
nullif(split_part(split_part({{field}}, '{{escape_single_quotes url_parameter}}=', 2), '&', 1), '')
{{/macro}}

{{#macro "without_protocol" "field"}}
replace(replace(replace({{field}}, 'android-app://', ''), 'http://', ''), 'https://', '')
{{/macro}}

{{!-- A part of a JSON value as text: `"user.tags[0]"`. NULL when it is not there or is JSON's null. --}}
{{#macro "json_field" "json_expression" "json_path" adapter="duckdb"}}
json_extract_string({{json_expression}}, '$.{{json_path}}')
{{/macro}}

{{#macro "json_field" "json_expression" "json_path" adapter="postgres"}}
(cast({{json_expression}} as json) #>> string_to_array('{{replace (replace (replace json_path "." ",") "[" ",") "]" ""}}', ','))
{{/macro}}

{{!-- A text as a name without quotes: lower case, `_` for blanks and hyphens, other signs dropped, never a digit in front. --}}
{{#macro "slugify" "string_text"}}
{{return (plain_name string_text)}}
{{/macro}}

{{!-- When the run began, UTC, as strftime writes it: `%Y`, `%m`, `%d`, `%H`, `%M`, `%S`. --}}
{{#macro "pretty_time" format="%H:%M:%S"}}
{{return (run_time format)}}
{{/macro}}

{{!-- `message` with the time of the run before it. --}}
{{#macro "pretty_log_format" "message"}}
{{return (concat (pretty_time) " + " message)}}
{{/macro}}

{{!-- Writes `message` to the log, with the time of the run before it. --}}
{{#macro "log_info" "message"}}
{{log (pretty_log_format message)}}
{{/macro}}

{{!--
  dbt's cross-database macros. What has the name of a helper, or a word that projects give to their own things, begins
  with `sql_` here; `dbt.concat` and its like mean these.
--}}

{{!-- The texts one after the other; NULL as soon as one of them is NULL. --}}
{{#macro "sql_concat" "fields"}}
({{join fields " || "}})
{{/macro}}

{{!-- The number of characters of a text. --}}
{{#macro "sql_length" "expression"}}
length({{expression}})
{{/macro}}

{{!-- A text with `new_chars` for each `old_chars`, all of them SQL. --}}
{{#macro "sql_replace" "field" "old_chars" "new_chars"}}
replace({{field}}, {{old_chars}}, {{new_chars}})
{{/macro}}

{{!-- The last characters of a text, as many as `length_expression` says. --}}
{{#macro "sql_right" "string_text" "length_expression"}}
right({{string_text}}, cast({{length_expression}} as integer))
{{/macro}}

{{!-- Where a text begins in another, from 1; 0 when it is not in it. --}}
{{#macro "sql_position" "substring_text" "string_text"}}
position({{substring_text}} in {{string_text}})
{{/macro}}

{{!-- A part of a text, counted from 1, from the end when negative; the empty text when there is no such part. --}}
{{#macro "split_part" "string_text" "delimiter_text" "part_number"}}
split_part({{string_text}}, {{delimiter_text}}, {{part_number}})
{{/macro}}

{{!-- A value as another type; an error where it is none. --}}
{{#macro "sql_cast" "expression" "data_type"}}
cast({{expression}} as {{data_type}})
{{/macro}}

{{!-- `true` or `false` as text. --}}
{{#macro "cast_bool_to_text" "bool_expression"}}
cast({{bool_expression}} as varchar)
{{/macro}}

{{!-- A text in single quotes, as it is: one with quotes in it goes through `escape_single_quotes` first. --}}
{{#macro "string_literal" "value"}}
'{{value}}'
{{/macro}}

{{!-- Each single quote doubled. --}}
{{#macro "escape_single_quotes" "expression"}}
{{replace expression "'" "''"}}
{{/macro}}

{{!-- Between two queries: the rows of the first that are not in the second, each once. --}}
{{#macro "sql_except"}}
except
{{/macro}}

{{!-- Between two queries: the rows that are in both, each once. --}}
{{#macro "sql_intersect"}}
intersect
{{/macro}}

{{!-- Whether two values are the same; NULL is the same as NULL. --}}
{{#macro "sql_equals" "expression" "other"}}
({{expression}} is not distinct from {{other}})
{{/macro}}

{{!-- Some value of a group, NULL only when all are NULL. --}}
{{#macro "any_value" "expression"}}
(array_agg({{expression}}) filter (where {{expression}} is not null))[1]
{{/macro}}

{{!-- Whether it is true in one row of a group. --}}
{{#macro "bool_or" "expression"}}
bool_or({{expression}})
{{/macro}}

{{!--
  The texts of a group as one. `order_by_clause` is written out: `"order by x"`. With `limit_num` only the first so many.
  NULLs are left out.
--}}
{{#macro "listagg" "measure" delimiter_text="','" order_by_clause="" limit_num=0}}
{{#if limit_num}}
array_to_string((array_agg({{measure}} {{order_by_clause}}) filter (where {{measure}} is not null))[1:{{limit_num}}], {{delimiter_text}})
{{else}}
string_agg({{measure}}, {{delimiter_text}} {{order_by_clause}})
{{/if}}
{{/macro}}

{{!-- An array of the values given; one of no values is of `data_type`. --}}
{{#macro "array_construct" inputs=(list) data_type="integer"}}
{{#if inputs}}array[{{join inputs ", "}}]{{else}}cast(array[] as {{data_type}}[]){{/if}}
{{/macro}}

{{!-- An array with one more element at its end. --}}
{{#macro "array_append" "array_expression" "new_element"}}
array_append({{array_expression}}, {{new_element}})
{{/macro}}

{{!-- The elements of both arrays. --}}
{{#macro "array_concat" "array_1" "array_2"}}
array_cat({{array_1}}, {{array_2}})
{{/macro}}

{{!-- text --}}
{{#macro "type_string"}}
text
{{/macro}}

{{!-- timestamp, without zone --}}
{{#macro "type_timestamp"}}
timestamp
{{/macro}}

{{!-- integer --}}
{{#macro "type_int"}}
integer
{{/macro}}

{{!-- bigint --}}
{{#macro "type_bigint"}}
bigint
{{/macro}}

{{!-- double precision: `float` has 4 bytes on DuckDB and 8 on Postgres --}}
{{#macro "type_float"}}
double precision
{{/macro}}

{{!-- numeric(28,6): without numbers it is another type on each database --}}
{{#macro "type_numeric"}}
numeric(28,6)
{{/macro}}

{{!-- boolean --}}
{{#macro "type_boolean"}}
boolean
{{/macro}}

{{!-- When the transaction began, with zone. --}}
{{#macro "current_timestamp"}}
now()
{{/macro}}

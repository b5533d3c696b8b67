{{!--
  `items` of an event: a text that holds a list of objects, as JSON or as Python writes it. What cannot be read is
  malformed on every database or on none.
--}}

{{!-- Whether a text, a column, is JSON of a list of objects. DuckDB reads more than JSON (NaN, comments, a comma at the end), so what may have such must pass the strict check. --}}
{{#macro "is_item_list" "text" adapter="duckdb"}}
case
  when not coalesce(json_valid({{text}}), false) then false
  when not regexp_matches({{text}}, '^[ \t\r\n]*\[[ \t\r\n]*[\]{]') then false
  when regexp_matches({{text}}, '{{suspicious_json}}') then {{is_strict_item_list text}}
  else true
end
{{/macro}}

{{#macro "suspicious_json"}}
,[ \t\r\n]*[\]}]|NaN|nan|[Ii]nf|/[*/]|\\u|\[[ \t\r\n]*\[|\}[ \t\r\n]*,[ \t\r\n]*[^{" \t\r\n]|[\[{][^\[\]{}]*[\[{][^\[\]{}]*[\[{][^\[\]{}]*[\[{]
{{/macro}}

{{#macro "is_item_list" "text" adapter="postgres"}}
{{is_strict_item_list text}}
{{/macro}}

{{!--
  Strings become chr(1), numbers and words chr(2); what is left must be a list of objects, whose values are scalars, flat
  lists or objects, or lists of flat objects. A NUL, or half a surrogate pair, is no text on Postgres.
--}}
{{#macro "is_strict_item_list" "text"}}
(
  position(chr(1) in {{text}}) = 0
  and position(chr(2) in {{text}}) = 0
  and {{matches (json_skeleton text) (json_items_pattern)}}
)
{{/macro}}

{{#macro "json_skeleton" "text"}}
regexp_replace(regexp_replace(regexp_replace({{text}}, '{{json_string_pattern}}', chr(1), 'g'), '{{json_scalar_pattern}}', chr(2), 'g'), '[ \t\r\n]+', '', 'g')
{{/macro}}

{{#macro "json_string_pattern" adapter="duckdb"}}
"(?:[^"\\\x01-\x1f]|{{json_escape_pattern}})*"
{{/macro}}

{{#macro "json_string_pattern" adapter="postgres"}}
"(?:[^"\\\u0001-\u001f]|{{json_escape_pattern}})*"
{{/macro}}

{{#macro "json_escape_pattern"}}
\\["\\/bfnrt]|\\u(?:[1-9a-cefA-CEF][0-9a-fA-F]{3}|0[1-9a-fA-F][0-9a-fA-F]{2}|00[1-9a-fA-F][0-9a-fA-F]|000[1-9a-fA-F]|[dD][0-7][0-9a-fA-F]{2}|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})
{{/macro}}

{{#macro "json_scalar_pattern"}}
-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null
{{/macro}}

{{#macro "json_items_pattern"}}
{{#let scalar=(json_scalar_place) string=(json_string_place)}}
{{#let flat=(concat "\{(?:" string ":" scalar "(?:," string ":" scalar ")*)?\}")}}
{{#let value=(concat "(?:" scalar "|" flat "|\[(?:(?:" scalar "|" flat ")(?:,(?:" scalar "|" flat "))*)?\])")}}
{{#let object=(concat "\{(?:" string ":" value "(?:," string ":" value ")*)?\}")}}
{{return (concat "^\[(?:" object "(?:," object ")*)?\]$")}}
{{/let}}
{{/let}}
{{/let}}
{{/let}}
{{/macro}}

{{#macro "json_string_place" adapter="duckdb"}}
\x01
{{/macro}}

{{#macro "json_scalar_place" adapter="duckdb"}}
[\x01\x02]
{{/macro}}

{{#macro "json_string_place" adapter="postgres"}}
\u0001
{{/macro}}

{{#macro "json_scalar_place" adapter="postgres"}}
[\u0001\u0002]
{{/macro}}

{{!--
  Of a list as Python writes it: strings in double quotes, None, True and False in JSON's words. The rest as it is. Most
  texts have neither a double quote nor a backslash, nor such a word inside a string, and are done with replacements.
--}}
{{#macro "python_as_json" "text"}}
case
  when position('"' in {{text}}) > 0
    or position('\' in {{text}}) > 0
    or {{matches text (python_word_in_string)}}
  then {{python_tokens_as_json text}}
  else replace(replace(replace(replace({{text}}, '''', '"'), 'None', 'null'), 'True', 'true'), 'False', 'false')
end
{{/macro}}

{{!-- After an even number of quotes one more, which opens a string. --}}
{{#macro "python_word_in_string"}}
^[^'']*(?:''[^'']*''[^'']*)*''[^'']*(?:None|True|False)
{{/macro}}

{{#macro "python_tokens_as_json" "text" adapter="duckdb"}}
array_to_string(
  list_transform(regexp_extract_all({{text}}, '{{python_token_pattern}}'), lambda token: {{python_token_as_json "token"}}),
  ''
)
{{/macro}}

{{#macro "python_tokens_as_json" "text" adapter="postgres"}}
(
  select string_agg({{python_token_as_json "tokens.parts[1]"}}, '' order by tokens.place)
  from regexp_matches({{text}}, '({{python_token_pattern}})', 'g') with ordinality as tokens (parts, place)
)
{{/macro}}

{{#macro "python_token_pattern"}}
''(?:[^''\\]|\\.)*''|"(?:[^"\\]|\\.)*"|[^''"]+|[''"]
{{/macro}}

{{#macro "python_token_as_json" "token"}}
case
  when length({{token}}) > 1 and left({{token}}, 1) = ''''
  then '"' || regexp_replace(
    replace(replace(substr({{token}}, 2, length({{token}}) - 2), '\''', ''''), '"', '\"'),
    '\\x([0-9a-f]{2})', '\\u00\1', 'g'
  ) || '"'
  when left({{token}}, 1) = '"' then replace({{token}}, '\''', '''')
  else replace(replace(replace({{token}}, 'None', 'null'), 'True', 'true'), 'False', 'false')
end
{{/macro}}

{{!-- What is wrong with the items of a message, NULL where nothing is. `items` is JSON of a list of objects. --}}
{{#macro "items_fault" "items" adapter="duckdb"}}
case list_min(list_transform({{item_list items}}, lambda item: case
  when item is null then 1
  when {{lacks_id "item.item_id"}} then 2
  when {{has_unreadable_number (dict
    price="item.price" discount="item.discount" quantity="item.quantity" installments="item.installments")}}
  then 3
end))
  when 1 then 'malformed_items'
  when 2 then 'missing_item_id'
  when 3 then 'invalid_item_value'
end
{{/macro}}

{{#macro "items_fault" "items" adapter="postgres"}}
(
  select case
    when bool_or({{lacks_id "item.value ->> 'item_id'"}}) then 'missing_item_id'
    when bool_or({{has_unreadable_number (dict
      price="(item.value ->> 'price')" discount="(item.value ->> 'discount')" quantity="(item.value ->> 'quantity')" installments="(item.value ->> 'installments')")}})
    then 'invalid_item_value'
  end
  from json_array_elements(cast({{items}} as json)) as item (value)
)
{{/macro}}

{{#macro "lacks_id" "text"}}
{{trimmed text}} is null
{{/macro}}

{{#macro "has_unreadable_number" "of"}}
(
  {{#each (list of.price of.discount of.quantity) as |text|}}
  (coalesce({{text}}, '') <> '' and {{read_amount text}} is null) or
  {{/each}}
  (coalesce({{of.installments}}, '') <> '' and {{safe_cast of.installments "bigint"}} is null)
)
{{/macro}}

{{!-- The items as a list of rows of texts. --}}
{{#macro "item_list" "items" adapter="duckdb"}}
from_json({{items}}, '[{ {{~#each (item_fields) as |field|}}"{{field}}": "VARCHAR"{{#unless @last}}, {{/unless}}{{/each~}} }]')
{{/macro}}

{{#macro "item_fields"}}
{{return (list
  "item_id" "item_name" "item_list_id" "item_list_name" "price" "discount" "quantity" "coupon" "campaign_codes"
  "installments" "in_stock")}}
{{/macro}}

{{!--
  A query of the rows of `messages` with each of their items, texts in the columns of `item_fields`; a message without
  items is one row without them.
--}}
{{#macro "with_items" "messages" "items" adapter="duckdb"}}
select
  messages.*,
  {{#each (item_fields) as |field|}}
  item.{{field}},
  {{/each}}
  item is not null as has_item
from (
  select {{messages}}.*, unnest(coalesce({{item_list items}}, [null])) as item
  from {{messages}}
) as messages
{{/macro}}

{{#macro "with_items" "messages" "items" adapter="postgres"}}
select
  {{messages}}.*,
  {{#each (item_fields) as |field|}}
  item.value ->> '{{field}}' as {{field}},
  {{/each}}
  item.value is not null as has_item
from {{messages}}
left join lateral json_array_elements(cast({{messages}}.{{items}} as json)) as item (value) on true
{{/macro}}


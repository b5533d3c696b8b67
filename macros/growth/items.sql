{{!--
  `items` of an event: a text that holds a list of objects, as JSON or as Python writes it. What cannot be read is
  malformed on every database or on none.
--}}

{{!--
  Whether a text is a list of items without a fault, written as nearly all are: flat objects that begin with an item_id,
  plain numbers where numbers belong. One pattern tells; what it does not know is looked at closely.
--}}
{{#macro "is_plain_item_list" "text"}}
{{#let object=(concat "\{" (plain_id_pattern) "(?:, ?" (plain_member_pattern) ")*\}")}}
{{matches text (concat "^\[" object "(?:, ?" object ")*\]$")}}
{{/let}}
{{/macro}}

{{!-- With something in it that is no blank. --}}
{{#macro "plain_id_pattern"}}
"item_id": ?" *[^{{control_characters}}"\\ ]{{plain_text_pattern}}"
{{/macro}}

{{!-- Under the names of numbers stand numbers, so small that their product is one of an item. There is no second item_id. --}}
{{#macro "plain_member_pattern"}}
"(?:(?:price|discount)": ?(?:{{plain_price_pattern}}|null)|quantity": ?(?:[1-9][0-9]{0,2}|null)|installments": ?(?:0|[1-9][0-9]{0,11}|null)|(?:item_(?:list_id|list_name|[a-hj-z][a-z0-9_]*)|index|in_stock|[abce-hj-or-z][a-z0-9_]*)": ?(?:"{{plain_text_pattern}}"|-?{{plain_number_pattern}}|true|false|null))
{{/macro}}

{{#macro "plain_price_pattern"}}
(?:0|[1-9][0-9]{0,7})(?:[.][0-9]{1,15})?
{{/macro}}

{{#macro "plain_number_pattern"}}
(?:0|[1-9][0-9]{0,11})(?:[.][0-9]{1,15})?
{{/macro}}

{{#macro "plain_text_pattern"}}
(?:[^{{control_characters}}"\\]|{{plain_escape_pattern}})*
{{/macro}}

{{#macro "plain_escape_pattern"}}
\\["\\/bfnrt]
{{/macro}}

{{!-- In brackets of a pattern. --}}
{{#macro "control_characters" adapter="duckdb"}}
\x00-\x1f
{{/macro}}

{{#macro "control_characters" adapter="postgres"}}
\u0001-\u001f
{{/macro}}

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
  Of a list as Python writes it: strings in double quotes, None, True and False in JSON's words. The rest as it is.

  The text is cut into pieces, and each is translated. Strings with neither quotes, backslashes nor colons in them are one
  piece with what stands between them: words that follow a colon are in none of those. With words elsewhere, each string is
  a piece.
--}}
{{#macro "python_as_json" "text"}}
case
  when {{matches text "(?:[^ ]|[^:] )(?:None|True|False)"}}
  then {{python_pieces_as_json text (python_token_pattern)}}
  else {{python_pieces_as_json text (python_stretch_pattern)}}
end
{{/macro}}

{{#macro "python_pieces_as_json" "text" "pattern" adapter="duckdb"}}
array_to_string(
  list_transform(regexp_extract_all({{text}}, '{{pattern}}'), lambda piece: {{python_piece_as_json "piece"}}),
  ''
)
{{/macro}}

{{#macro "python_pieces_as_json" "text" "pattern" adapter="postgres"}}
(
  select string_agg({{python_piece_as_json "pieces.parts[1]"}}, '' order by pieces.place)
  from regexp_matches({{text}}, '({{pattern}})', 'g') with ordinality as pieces (parts, place)
)
{{/macro}}

{{#macro "python_token_pattern"}}
{{python_string_pattern}}|"(?:[^"\\]|\\.)*"|[^''"]+|[''"]
{{/macro}}

{{#macro "python_stretch_pattern"}}
(?:[^''"\\]|''[^''"\\:]*'')+|{{python_string_pattern}}|"(?:[^"\\]|\\.)*"|[''"\\]
{{/macro}}

{{#macro "python_string_pattern"}}
''(?:[^''\\]|\\.)*''
{{/macro}}

{{#macro "python_piece_as_json" "piece"}}
case
  when length({{piece}}) = 1 then {{piece}}
  when left({{piece}}, 1) = '"' then replace({{piece}}, '\''', '''')
  when left({{piece}}, 1) = '''' and {{matches piece (concat "^" (python_string_pattern) "$")}}
  then '"' || regexp_replace(
    replace(replace(substr({{piece}}, 2, length({{piece}}) - 2), '\''', ''''), '"', '\"'),
    '\\x([0-9a-f]{2})', '\\u00\1', 'g'
  ) || '"'
  else replace(replace(replace(replace({{piece}}, '''', '"'), 'None', 'null'), 'True', 'true'), 'False', 'false')
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
  (coalesce({{of.installments}}, '') <> '' and {{safe_cast of.installments "bigint"}} is null) or
  {{item_worth (read_amount of.price) (read_amount of.discount) (read_amount of.quantity)}} >= {{most_of_an_item}}
)
{{/macro}}

{{!-- At most what an item at its price costs, and at most how many there are of it, double precision: sums of what is less fit into a column of money. --}}
{{#macro "item_worth" "price" "discount" "quantity"}}
greatest(
  cast(coalesce({{price}}, 0) as double precision) + cast(coalesce({{discount}}, 0) as double precision),
  1e0
) * greatest(cast(coalesce({{quantity}}, 1) as double precision), 1e0)
{{/macro}}

{{#macro "most_of_an_item"}}
1e11
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
  items is one row without them. `place_among_equals` is for `item_occurrence`.
--}}
{{#macro "with_items" "messages" "items" adapter="duckdb"}}
select
  messages.*,
  {{#each (item_fields) as |field|}}
  item.{{field}},
  {{/each}}
  item is not null as has_item
from (
  select
    messages.*,
    unnest(item_list) as item,
    unnest(list_transform(
      item_texts,
      lambda text, place: len(list_filter(item_texts[:place], lambda other: other = text))
    )) as place_among_equals
  from (
    select
      messages.*,
      {{!-- Equal items name one product, and few messages name one twice. --}}
      case
        when len(item_list) > 1
          and len(list_distinct(list_transform(item_list, lambda item: {{trimmed "item.item_id"}}))) < len(item_list)
        then list_transform(item_list, lambda item: {{text_of_item "item."}})
      end as item_texts
    from (
      select {{messages}}.*, coalesce({{item_list items}}, [null]) as item_list
      from {{messages}}
    ) as messages
  ) as messages
) as messages
{{/macro}}

{{#macro "with_items" "messages" "items" adapter="postgres"}}
select
  {{messages}}.*,
  {{#each (item_fields) as |field|}}
  item.value ->> '{{field}}' as {{field}},
  {{/each}}
  item.value is not null as has_item,
  cast(null as bigint) as place_among_equals
from {{messages}}
left join lateral json_array_elements(cast({{messages}}.{{items}} as json)) as item (value) on true
{{/macro}}

{{!-- The number of an item among the equal ones of its message; in which order does not matter. --}}
{{#macro "item_occurrence" adapter="duckdb"}}
coalesce(place_among_equals, 1)
{{/macro}}

{{#macro "item_occurrence" adapter="postgres"}}
row_number() over (partition by _load_seq, {{text_of_item_columns}} order by product_id)
{{/macro}}

{{!-- The columns that are read of an item. --}}
{{#macro "item_columns"}}
{{return (list
  "product_id" "product_name" "list_id" "list_name" "item_price" "item_discount" "item_quantity" "coupon_code"
  "campaign_codes" "installment_count" "is_in_stock")}}
{{/macro}}

{{!-- One of them, of an item that has no fault. `of` stands before the names of the fields of the item. --}}
{{#macro "item_value" "column" "of"}}
{{#if (eq column "product_id")}}{{trimmed (concat of "item_id")}}
{{else if (eq column "product_name")}}{{trimmed (concat of "item_name")}}
{{else if (eq column "list_id")}}{{trimmed (concat of "item_list_id")}}
{{else if (eq column "list_name")}}{{trimmed (concat of "item_list_name")}}
{{else if (eq column "item_price")}}{{known_amount (concat of "price")}}
{{else if (eq column "item_discount")}}cast(coalesce({{known_amount (concat of "discount")}}, 0) as decimal(18, 4))
{{else if (eq column "item_quantity")}}{{known_amount (concat of "quantity")}}
{{else if (eq column "coupon_code")}}{{trimmed (concat of "coupon")}}
{{else if (eq column "campaign_codes")}}nullif(regexp_replace({{of}}campaign_codes, '[\[\]" \t\r\n]', '', 'g'), '')
{{else if (eq column "installment_count")}}{{read_bigint (trimmed (concat of "installments"))}}
{{else if (eq column "is_in_stock")}}{{read_boolean (trimmed (concat of "in_stock"))}}
{{else}}{{raise (concat "item_value: expected a column of item_columns, found " column)}}
{{/if}}
{{/macro}}

{{!-- A text that is empty or a number. --}}
{{#macro "known_amount" "text"}}
{{amount_of (concat "nullif(" text ", '')")}}
{{/macro}}

{{!-- What an item says, as one text: equal items have equal ones. --}}
{{#macro "text_of_item" "of"}}
concat_ws('-', {{#each (item_columns) as |column|}}coalesce(cast({{item_value column of}} as varchar), '{{surrogate_key_of_null}}'){{#unless @last}}, {{/unless}}{{/each}})
{{/macro}}

{{!-- The same of the columns. --}}
{{#macro "text_of_item_columns"}}
concat_ws('-', {{#each (item_columns) as |column|}}coalesce(cast({{column}} as varchar), '{{surrogate_key_of_null}}'){{#unless @last}}, {{/unless}}{{/each}})
{{/macro}}

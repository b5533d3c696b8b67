{{!--
  The small differences between databases that the other macros are written on.
  A new adapter needs its variant of each macro here that has one, and nothing else.
--}}

{{!-- Written after `as` of a CTE: computed once. DuckDB and Postgres would otherwise be free to inline it. --}}
{{#macro "materialized"}}
materialized
{{/macro}}

{{!--
  Written at the end of a derived table: keeps Postgres from merging it into the query around it.
  Without it an expression that uses a column several times is copied several times per layer
  (three layers of Newton steps took 21 GB).
--}}
{{#macro "fence" adapter="duckdb"}}
{{/macro}}

{{#macro "fence" adapter="postgres"}}
offset 0
{{/macro}}

{{!-- A parenthesised query of the whole numbers first..last, both included: one column `number`, double. --}}
{{#macro "number_series" "first" "last" adapter="duckdb"}}
(select cast(series.number as double precision) as number from range({{first}}, {{last}} + 1) as series(number))
{{/macro}}

{{#macro "number_series" "first" "last" adapter="postgres"}}
(select cast(series.number as double precision) as number from generate_series({{first}}, {{last}}) as series(number))
{{/macro}}

{{!--
  exp(x), and 0 where it is below 1e-65: Postgres raises an error when a result underflows,
  and products of such numbers do. `x` is used twice: give a column.
--}}
{{#macro "safe_exp" "x"}}
(case when {{x}} < -1.5e2 then 0e0 else exp({{x}}) end)
{{/macro}}

{{!-- A number or a boolean as a double, true being 1. Postgres casts no boolean to a double: the text of either is read there. --}}
{{#macro "number_of" "expression" adapter="duckdb"}}
cast({{expression}} as double precision)
{{/macro}}

{{#macro "number_of" "expression" adapter="postgres"}}
(case cast({{expression}} as varchar)
  when 'true' then 1e0
  when 'false' then 0e0
  else cast(cast({{expression}} as varchar) as double precision)
end)
{{/macro}}

{{!-- numerator / denominator as a double; NULL when either is NULL or the denominator is 0. --}}
{{#macro "safe_divide" "numerator" "denominator"}}
(cast({{numerator}} as double precision) / nullif(cast({{denominator}} as double precision), 0e0))
{{/macro}}

{{!-- The MD5 of the text of a value, 32 lower-case hexadecimal digits; NULL for NULL. --}}
{{#macro "hash" "field"}}
md5(cast({{field}} as varchar))
{{/macro}}

{{!--
  One text key for a list of columns: the MD5 of their texts joined by `-`, NULL being a text of its own, or empty where
  the var `surrogate_key_treat_nulls_as_empty_strings` is true. The same digits as dbt_utils gives.

  The key is one of texts: what the database writes for a value counts. Integers, texts, booleans, dates and timestamps
  have one text everywhere; a double has not (`1` on Postgres, `1.0` on DuckDB): cast it to numeric(28, 6) first.
--}}
{{#macro "generate_surrogate_key" "field_list"}}
{{#let null_text=(surrogate_key_of_null)}}
md5({{#each field_list as |field|}}coalesce(cast({{field}} as varchar), '{{null_text}}'){{#unless @last}} || '-' || {{/unless}}{{/each}})
{{/let}}
{{/macro}}

{{!-- Another name of `generate_surrogate_key`. --}}
{{#macro "surrogate_key" "field_list"}}
{{generate_surrogate_key field_list}}
{{/macro}}

{{#macro "surrogate_key_of_null"}}
{{#if (var "surrogate_key_treat_nulls_as_empty_strings" false)}}{{return ""}}{{/if}}{{return "_dbt_utils_surrogate_key_null_"}}
{{/macro}}

{{!--
  `field`, a value or expression, read as a value of `type`, NULL where it is none: an error never. What it is now
  (text, number, timestamp) does not matter: it is read from its text.

  | type | texts taken, blanks around them ignored |
  |---|---|
  | bigint | up to 18 digits, a minus before and `.0` behind them allowed |
  | integer, int | the same, from -2147483648 to 2147483647 |
  | double precision, float | decimal or exponent notation, up to 40 digits and an exponent to 99 |
  | numeric(28,6) | decimal notation, up to 20 digits before the point and 20 behind it; rounded to 6 |
  | boolean | true, false, t, f, 1, 0, 1.0, 0.0 in any case |
  | date | YYYY-MM-DD, years 1000 to 9999; of a timestamp the day, UTC |
  | timestamp | YYYY-MM-DD, then optionally a blank or T and HH:MM[:SS[.ffffff]], after seconds also Z, UTC or an offset; years 1000 to 9999; gives the UTC time, cut to microseconds |

  Each adapter takes exactly these texts, so that a row is malformed on all of them or on none.
--}}
{{#macro "safe_cast" "field" "type"}}
{{#let wanted=(lower (replace type " " ""))}}
{{#if (in wanted (list "text" "varchar" "string" "charactervarying"))}}
cast({{field}} as varchar)
{{else if (in wanted (list "bigint" "int8"))}}
{{read_bigint (text_of field)}}
{{else if (in wanted (list "integer" "int" "int4"))}}
{{read_integer (read_bigint (text_of field))}}
{{else if (in wanted (list "doubleprecision" "float" "float8" "double"))}}
{{read_double (text_of field)}}
{{else if (eq wanted "numeric(28,6)")}}
{{read_numeric (text_of field)}}
{{else if (in wanted (list "boolean" "bool"))}}
{{read_boolean (text_of field)}}
{{else if (eq wanted "timestamp")}}
{{read_timestamp (text_of field)}}
{{else if (eq wanted "date")}}
cast({{read_timestamp (text_of field)}} as date)
{{else}}
{{raise (concat "safe_cast: expected the type text, bigint, integer, double precision, numeric(28,6), boolean, date or timestamp, found \"" type "\"")}}
{{/if}}
{{/let}}
{{/macro}}

{{!-- The text of a value without the spaces, tabs and line ends around it: `trim` alone takes off more on DuckDB. --}}
{{#macro "text_of" "expression"}}
regexp_replace(cast({{expression}} as varchar), '^[ \t\r\n]+|[ \t\r\n]+$', '', 'g')
{{/macro}}

{{!-- True where a text matches a POSIX regular expression somewhere. --}}
{{#macro "matches" "text" "pattern" adapter="duckdb"}}
regexp_matches({{text}}, '{{pattern}}')
{{/macro}}

{{#macro "matches" "text" "pattern" adapter="postgres"}}
({{text}} ~ '{{pattern}}')
{{/macro}}

{{#macro "read_bigint" "text"}}
(case when {{matches text "^-?[0-9]{1,18}([.]0+)?$"}} then cast(split_part({{text}}, '.', 1) as bigint) end)
{{/macro}}

{{#macro "read_integer" "number"}}
(case when {{number}} between -2147483648 and 2147483647 then cast({{number}} as integer) end)
{{/macro}}

{{#macro "read_numeric" "text"}}
(case
  when {{matches text "^[+-]?([0-9]{1,20}[.]?[0-9]{0,20}|[.][0-9]{1,20})$"}}
  then cast({{text}} as numeric(28, 6))
end)
{{/macro}}

{{#macro "read_double" "text"}}
(case
  when {{matches text "^[+-]?([0-9]{1,20}[.]?[0-9]{0,20}|[.][0-9]{1,20})([eE][+-]?[0-9]{1,2})?$"}}
  then cast({{text}} as double precision)
end)
{{/macro}}

{{#macro "read_boolean" "text"}}
(case
  when lower({{text}}) in ('true', 't', '1', '1.0') then true
  when lower({{text}}) in ('false', 'f', '0', '0.0') then false
end)
{{/macro}}

{{!-- A pattern cannot know the length of a month: DuckDB's try_cast does; Postgres 15 has none, so the day is compared first. --}}
{{#macro "read_timestamp" "text" adapter="duckdb"}}
(case
  when {{is_written_as_timestamp text}}
  then try_cast({{cut_to_microseconds text}} as timestamptz) at time zone 'UTC'
end)
{{/macro}}

{{#macro "read_timestamp" "text" adapter="postgres"}}
(case
  when {{is_written_as_timestamp text}}
  then case
    when cast(substr({{text}}, 9, 2) as integer) <= extract(day from
      make_date(cast(substr({{text}}, 1, 4) as integer), cast(substr({{text}}, 6, 2) as integer), 1)
      + interval '1 month' - interval '1 day'
    )
    then cast({{cut_to_microseconds text}} as timestamptz) at time zone 'UTC'
  end
end)
{{/macro}}

{{#macro "is_written_as_timestamp" "text"}}
{{matches text "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?(Z| ?UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?)?$"}}
{{/macro}}

{{!-- DuckDB cuts what is below a microsecond and Postgres rounds it. --}}
{{#macro "cut_to_microseconds" "text"}}
regexp_replace({{text}}, '([.][0-9]{6})[0-9]+', '\1')
{{/macro}}

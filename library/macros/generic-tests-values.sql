{{!-- Generic tests of the values of one row, or of one column as a whole. Names and arguments are those of dbt_utils. --}}

{{!-- Between `min_value` and `max_value` (numbers or expressions), both optional; `inclusive=false` leaves the bounds out. NULL passes. --}}
{{#test "accepted_range" "model" "column_name" min_value=null max_value=null inclusive=true}}
{{#if (and (eq min_value null) (eq max_value null))}}
{{raise "accepted_range: expected min_value or max_value, found neither"}}
{{/if}}
select *
from {{model}} as tested
where {{#if (ne min_value null)}}not ({{column_name}} >{{#if inclusive}}={{/if}} {{min_value}}){{/if}}
  {{#if (ne max_value null)}}{{#if (ne min_value null)}}or {{/if}}not ({{column_name}} <{{#if inclusive}}={{/if}} {{max_value}}){{/if}}
{{/test}}

{{!-- The expression holds for each row; under a column the column stands before it (`expression: ">= 1"`). NULL passes. --}}
{{#test "expression_is_true" "model" "expression" column_name=null}}
select *
from {{model}} as tested
where not ({{#if column_name}}{{column_name}} {{/if}}{{expression}})
{{/test}}

{{!-- None of the listed values. --}}
{{#test "not_accepted_values" "model" "column_name" "values" quote=true}}
select
  {{column_name}} as value_field,
  count(*) as n_records
from {{model}} as tested
where {{column_name}} in ({{value_list values quote}})
group by {{column_name}}
{{/test}}

{{!-- No empty text; blanks count as empty unless `trim_whitespace=false`. NULL passes. --}}
{{#test "not_empty_string" "model" "column_name" trim_whitespace=true}}
select *
from {{model}} as tested
where {{#if trim_whitespace}}trim({{column_name}}){{else}}{{column_name}}{{/if}} = ''
{{/test}}

{{!-- At least one value that is not NULL, in the table or in each group. An empty table fails. --}}
{{#test "at_least_one" "model" "column_name" group_by_columns=(list)}}
select
  {{#if group_by_columns}}{{join group_by_columns ", "}},{{/if}}
  count({{column_name}}) as filler_column
from {{model}} as tested
{{#if group_by_columns}}group by {{join group_by_columns ", "}}{{/if}}
having count({{column_name}}) = 0
{{/test}}

{{!-- More than one value, in the table or in each group. NULLs are no value. --}}
{{#test "not_constant" "model" "column_name" group_by_columns=(list)}}
select
  {{#if group_by_columns}}{{join group_by_columns ", "}},{{/if}}
  count(distinct {{column_name}}) as filler_column
from {{model}} as tested
{{#if group_by_columns}}group by {{join group_by_columns ", "}}{{/if}}
having count(distinct {{column_name}}) = 1
{{/test}}

{{!-- The share of rows with a value is between `at_least` and `at_most`, in the table or in each group. An empty table passes. --}}
{{#test "not_null_proportion" "model" "column_name" "at_least" at_most=1 group_by_columns=(list)}}
select *
from (
  select
    {{#if group_by_columns}}{{join group_by_columns ", "}},{{/if}}
    cast(count({{column_name}}) as double precision) / nullif(count(*), 0) as not_null_proportion
  from {{model}} as tested
  {{#if group_by_columns}}group by {{join group_by_columns ", "}}{{/if}}
) as proportions
where not_null_proportion < {{at_least}}
  or not_null_proportion > {{at_most}}
{{/test}}

{{!--
  In order each value is `interval` beyond the one before it, in the table or in each group. With a `datepart` the
  values are times.
--}}
{{#test "sequential_values" "model" "column_name" interval=1 datepart=null group_by_columns=(list)}}
select *
from (
  select
    {{#if group_by_columns}}{{join group_by_columns ", "}},{{/if}}
    {{column_name}} as value_field,
    lag({{column_name}}) over (
      {{#if group_by_columns}}partition by {{join group_by_columns ", "}}{{/if}}
      order by {{column_name}}
    ) as previous_value
  from {{model}} as tested
) as pairs
{{#if datepart}}
where not (cast(value_field as timestamp) = cast(previous_value as timestamp) + {{time_span interval datepart}})
{{else}}
where not (value_field = previous_value + {{interval}})
{{/if}}
{{/test}}

{{!-- `count` dateparts as an interval: second to year, week and quarter too. --}}
{{#macro "time_span" "count" "datepart"}}
({{count}} * interval '{{#if (eq datepart "quarter")}}3 month{{else}}1 {{datepart}}{{/if}}')
{{/macro}}

{{!-- Generic tests of a whole table, or of two tables beside each other. Names and arguments are those of dbt_utils. --}}

{{!-- Each combination of the columns once; NULLs count as equal. --}}
{{#test "unique_combination_of_columns" "model" "combination_of_columns" quote_columns=false}}
{{#let key=(concat (join combination_of_columns ", "))}}
{{#if quote_columns}}
select
  "{{join combination_of_columns "\", \""}}",
  count(*) as n_records
from {{model}} as tested
group by "{{join combination_of_columns "\", \""}}"
{{else}}
select
  {{key}},
  count(*) as n_records
from {{model}} as tested
group by {{key}}
{{/if}}
having count(*) > 1
{{/let}}
{{/test}}

{{!--
  Ranges do not overlap, and each begins before it ends. `partition_by`: for each value of it. `gaps`: `allowed` between
  one and the next, `not_allowed` (each ends where the next begins) or `required`. A NULL bound fails.
--}}
{{#test "mutually_exclusive_ranges" "model" "lower_bound_column" "upper_bound_column" partition_by=null gaps="allowed" zero_length_range_allowed=false}}
{{#unless (in gaps (list "allowed" "not_allowed" "required"))}}
{{raise (concat "mutually_exclusive_ranges: expected gaps to be allowed, not_allowed or required, found \"" gaps "\"")}}
{{/unless}}
select *
from (
  select
    {{#if partition_by}}{{partition_by}},{{/if}}
    {{lower_bound_column}} as lower_bound,
    {{upper_bound_column}} as upper_bound,
    lead({{lower_bound_column}}) over ordered as next_lower_bound,
    row_number() over ordered = count(*) over ({{#if partition_by}}partition by {{partition_by}}{{/if}}) as is_last_record
  from {{model}} as tested
  window ordered as (
    {{#if partition_by}}partition by {{partition_by}}{{/if}}
    order by {{lower_bound_column}} nulls last, {{upper_bound_column}} nulls last
  )
) as ranges
where not coalesce(lower_bound <{{#if zero_length_range_allowed}}={{/if}} upper_bound, false)
  or not coalesce(
    upper_bound {{#if (eq gaps "allowed")}}<={{else if (eq gaps "required")}}<{{else}}={{/if}} next_lower_bound,
    is_last_record
  )
{{/test}}

{{!--
  The newest `field` is at most `interval` dateparts old, in the table or in each group; no rows fail. The clock is the
  database's. `ignore_time_component` compares days.
--}}
{{#test "recency" "model" "field" "datepart" "interval" ignore_time_component=false group_by_columns=(list)}}
select *
from (
  select
    {{#if group_by_columns}}{{join group_by_columns ", "}},{{/if}}
    cast(max({{field}}) as {{#if ignore_time_component}}date{{else}}timestamptz{{/if}}) as most_recent,
    cast(current_timestamp - {{time_span interval datepart}} as {{#if ignore_time_component}}date{{else}}timestamptz{{/if}}) as threshold
  from {{model}} as tested
  {{#if group_by_columns}}group by {{join group_by_columns ", "}}{{/if}}
) as newest
where most_recent is null
  or most_recent < threshold
{{/test}}

{{!-- As many rows as `compare_model`, in all or in each group. Counts the rows too many and too few. --}}
{{#test "equal_rowcount" "model" "compare_model" group_by_columns=(list)}}
{{config fail_calc="coalesce(sum(diff_count), 0)"}}
select
  counted.*,
  abs(count_a - count_b) as diff_count
from {{row_counts model compare_model group_by_columns}} as counted
where count_a <> count_b
{{/test}}

{{!-- Fewer rows than `compare_model`, in all or in each group. Counts the rows too many; as many is 1. --}}
{{#test "fewer_rows_than" "model" "compare_model" group_by_columns=(list)}}
{{config fail_calc="coalesce(sum(row_count_delta), 0)"}}
select
  counted.*,
  case when count_a > count_b then count_a - count_b else 1 end as row_count_delta
from {{row_counts model compare_model group_by_columns}} as counted
where count_a >= count_b
{{/test}}

{{!-- A parenthesised query: rows of one table (`count_a`) and of another (`count_b`), in all or by groups. --}}
{{#macro "row_counts" "model" "compare_model" "group_by_columns"}}
(
  select
    {{#if group_by_columns}}{{join group_by_columns ", "}},{{/if}}
    cast(sum(count_a) as bigint) as count_a,
    cast(sum(count_b) as bigint) as count_b
  from (
    select {{#if group_by_columns}}{{join group_by_columns ", "}}, {{/if}}count(*) as count_a, 0 as count_b
    from {{model}} as tested
    {{#if group_by_columns}}group by {{join group_by_columns ", "}}{{/if}}
    union all
    select {{#if group_by_columns}}{{join group_by_columns ", "}}, {{/if}}0 as count_a, count(*) as count_b
    from {{compare_model}} as compared
    {{#if group_by_columns}}group by {{join group_by_columns ", "}}{{/if}}
  ) as sides
  {{#if group_by_columns}}group by {{join group_by_columns ", "}}{{/if}}
)
{{/macro}}

{{!-- Rows that meet `from_condition` have their value among those of `field` in `to` that meet `to_condition`. NULL passes. --}}
{{#test "relationships_where" "model" "column_name" "to" "field" from_condition="1 = 1" to_condition="1 = 1"}}
select {{column_name}} as from_field
from {{model}} as tested
where {{column_name}} is not null
  and ({{from_condition}})
  and not exists (
    select 1
    from (select {{field}} as assay_to_field from {{to}} as referenced where {{to_condition}}) as assay_parent
    where assay_parent.assay_to_field = {{column_name}}
  )
{{/test}}

{{!-- Each value as many times as in `field` of `to`. --}}
{{#test "cardinality_equality" "model" "column_name" "to" "field"}}
select *
from (
  select
    value_field,
    cast(sum(n_here) as bigint) as n_here,
    cast(sum(n_there) as bigint) as n_there
  from (
    select {{column_name}} as value_field, count(*) as n_here, 0 as n_there
    from {{model}} as tested
    group by {{column_name}}
    union all
    select {{field}} as value_field, 0 as n_here, count(*) as n_there
    from {{to}} as compared
    group by {{field}}
  ) as sides
  group by value_field
) as counted
where n_here <> n_there
{{/test}}

{{!--
  The same rows as `compare_model`, each as many times: over all columns of the tested table, or over
  `compare_columns`, but for `exclude_columns`. `precision` rounds numbers with a fraction to so many digits first.
--}}
{{#test "equality" "model" "compare_model" compare_columns=null exclude_columns=(list) precision=null}}
select *
from (
  select 'only in the tested table' as where_found, here.*
  from (
    {{compared_columns model model compare_columns exclude_columns precision}}
    except all
    {{compared_columns compare_model model compare_columns exclude_columns precision}}
  ) as here
  union all
  select 'only in the other' as where_found, there.*
  from (
    {{compared_columns compare_model model compare_columns exclude_columns precision}}
    except all
    {{compared_columns model model compare_columns exclude_columns precision}}
  ) as there
) as differences
{{/test}}

{{#macro "compared_columns" "from" "model" "compare_columns" "exclude_columns" "precision"}}
select 1 as one{{#if compare_columns}}{{#each compare_columns as |column|}}{{#unless (in column exclude_columns)}}, {{column}}{{/unless}}{{/each}}{{else}}{{#each (columns model) as |column|}}{{#unless (or (in column.name exclude_columns) (in (lower column.name) exclude_columns))}}, {{#if (and (ne precision null) (or (in "double" (lower column.data_type)) (in "float" (lower column.data_type)) (in "real" (lower column.data_type)) (in "numeric" (lower column.data_type)) (in "decimal" (lower column.data_type))))}}{{rounded (concat "\"" column.name "\"") precision}} as {{/if}}"{{column.name}}"{{/unless}}{{/each}}{{/if}}
from {{from}} as compared
{{/macro}}

{{#macro "rounded" "expression" "digits" adapter="duckdb"}}
round({{expression}}, {{digits}})
{{/macro}}

{{#macro "rounded" "expression" "digits" adapter="postgres"}}
round(cast({{expression}} as numeric), {{digits}})
{{/macro}}

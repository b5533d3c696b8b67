{{!--
  Macros that look at the columns or rows of a table before they write SQL. What they look at must be built: `plan` and
  `compile` say so of a model that uses them.
--}}

{{!--
  The columns of `from`, but those of `except`, as they stand in a SELECT list. `relation_alias` stands before each,
  `prefix` and `suffix` make new names, `rename` gives some of them (`(dict old="new")`); upper and lower case are the same.
--}}
{{#macro "star" "from" relation_alias="" except=(list) prefix="" suffix="" quote_identifiers=true rename=(dict)}}
{{#let items=(star_items from relation_alias except prefix suffix quote_identifiers rename)}}
{{#if items}}{{join items ", "}}{{else}}/* no columns returned from star() macro */{{/if}}
{{/let}}
{{/macro}}

{{#macro "star_items" "from" "relation_alias" "except" "prefix" "suffix" "quote_identifiers" "rename"}}
{{#each (get_filtered_columns_in_relation from except) as |name|}}
{{#let
  shown=(name_for_star name quote_identifiers)
  new_name=(or (lookup rename name) (lookup rename (lower name)) (concat prefix name suffix))}}
{{yield (concat
  (text_if relation_alias (concat relation_alias "."))
  shown
  (text_if (ne new_name name) (concat " as " (name_for_star new_name quote_identifiers))))}}
{{/let}}
{{/each}}
{{/macro}}

{{#macro "name_for_star" "name" "is_quoted"}}
{{#if is_quoted}}{{return (quote_name name)}}{{else}}{{return name}}{{/if}}
{{/macro}}

{{#macro "text_if" "condition" "text"}}
{{#if condition}}{{return text}}{{else}}{{return ""}}{{/if}}
{{/macro}}

{{!-- A list of the names of the columns of `from`, but those of `except`; upper and lower case are the same. --}}
{{#macro "get_filtered_columns_in_relation" "from" except=(list)}}
{{#let left_out=(lowered except)}}
{{#each (columns from) as |column|}}
{{#unless (in (lower column.name) left_out)}}{{yield column.name}}{{/unless}}
{{/each}}
{{/let}}
{{/macro}}

{{#macro "lowered" "texts"}}
{{#each texts as |text|}}{{yield (lower text)}}{{/each}}
{{/macro}}

{{!--
  A query of the rows of all `relations`, a list: each has all columns of all of them, in the order in which they first
  come up, NULL where it has none. Types that differ become the widest. `source_column_name` says which relation a row
  came from, none when it is `""`. `include` or `exclude` choose columns, `column_override` gives types
  (`(dict amount="numeric(12,2)")`), `where` is a condition on the rows of each.
--}}
{{#macro "union_relations" "relations" column_override=(dict) include=(list) exclude=(list) source_column_name="_dbt_source_relation" where=""}}
{{#if (and include exclude)}}{{raise "union_relations: expected include or exclude, found both"}}{{/if}}
{{#let chosen=(chosen_columns (merged_columns (list_columns_of_each relations)) include exclude)}}
{{#unless chosen}}{{raise "union_relations: expected a column, found none"}}{{/unless}}
{{#each relations as |relation|}}
{{#unless @first}}union all
{{/unless}}select
{{#if source_column_name}}
  cast('{{replace (concat relation) "'" "''"}}' as varchar) as {{quote_name source_column_name}},
{{/if}}
{{#each chosen as |column|}}
{{#let own=(columns_among relation (list column.name))}}
  cast({{#if own}}{{quote_name (lookup own 0)}}{{else}}null{{/if}} as {{or (lookup column_override column.name) column.data_type}}) as {{quote_name column.name}}{{#unless @last}},{{/unless}}
{{/let}}
{{/each}}
from {{relation}}
{{#if where}}
where {{where}}
{{/if}}
{{/each}}
{{/let}}
{{/macro}}

{{#macro "list_columns_of_each" "relations"}}
{{#each relations as |relation|}}{{yield (columns relation)}}{{/each}}
{{/macro}}

{{#macro "chosen_columns" "columns_known" "include" "exclude"}}
{{#let wanted=(lowered include) left_out=(lowered exclude)}}
{{#each columns_known as |column|}}
{{#let name=(lower column.name)}}
{{#if (and (or (not wanted) (in name wanted)) (not (in name left_out)))}}{{yield column}}{{/if}}
{{/let}}
{{/each}}
{{/let}}
{{/macro}}

{{!--
  Columns that count, or sum up, the rows of each value: `sum(case when status = 'paid' then 1 else 0 end) as "paid"`. `values` is a
  list, as `get_column_values` gives one; NULL among them counts the rows without a value.

  `agg`, `cmp`, `then_value`, `else_value` and `distinct` change what is reckoned, `prefix`, `suffix` and `alias=false` the
  names; with `quote_identifiers=false` names are made plain (`slugify`).
--}}
{{#macro "pivot" "column" "values" alias=true agg="sum" cmp="=" prefix="" suffix="" then_value=1 else_value=0 quote_identifiers=true distinct=false}}
{{#each values as |value|}}
{{agg}}({{#if distinct}}distinct {{/if}}case when {{column}} {{pivot_condition value cmp}} then {{then_value}} else {{else_value}} end)
{{~#if alias}} as {{pivot_name (concat prefix (text_of_value value) suffix) quote_identifiers}}{{/if}}{{#unless @last}},{{/unless}}
{{/each}}
{{/macro}}

{{#macro "pivot_condition" "value" "cmp"}}
{{#if (eq value null)}}{{return "is null"}}{{/if}}
{{return (concat cmp " '" (replace (concat value) "'" "''") "'")}}
{{/macro}}

{{#macro "pivot_name" "name" "is_quoted"}}
{{#if is_quoted}}{{return (quote_name name)}}{{else}}{{return (plain_name name)}}{{/if}}
{{/macro}}

{{#macro "text_of_value" "value"}}
{{#if (eq value null)}}{{return "null"}}{{else}}{{return (concat value)}}{{/if}}
{{/macro}}

{{!--
  A query with one row for each column of each row of `relation`: the columns of `exclude` as they are, then
  `field_name`, the column's name, and `value`, what it holds, as `cast_to`. Columns of `remove` are left out.
--}}
{{#macro "unpivot" "relation" cast_to="varchar" exclude=(list) remove=(list) field_name="field_name" value_name="value" quote_identifiers=true}}
{{#let
  kept=(columns_among relation exclude)
  turned=(get_filtered_columns_in_relation relation (both_lists exclude remove))}}
{{#unless turned}}{{raise "unpivot: expected a column that is neither excluded nor removed, found none"}}{{/unless}}
{{#each turned as |name|}}
{{#unless @first}}union all
{{/unless}}select
{{#each kept as |column|}}
  {{quote_name column}},
{{/each}}
  cast('{{replace name "'" "''"}}' as varchar) as {{pivot_name field_name quote_identifiers}},
  cast({{quote_name name}} as {{cast_to}}) as {{pivot_name value_name quote_identifiers}}
from {{relation}}
{{/each}}
{{/let}}
{{/macro}}

{{!-- The relation's own spelling of the names in `among`, in the relation's order. --}}
{{#macro "columns_among" "relation" "among"}}
{{#let wanted=(lowered among)}}
{{#each (columns relation) as |column|}}
{{#if (in (lower column.name) wanted)}}{{yield column.name}}{{/if}}
{{/each}}
{{/let}}
{{/macro}}

{{#macro "both_lists" "one" "other"}}
{{#each one as |item|}}{{yield item}}{{/each}}{{#each other as |item|}}{{yield item}}{{/each}}
{{/macro}}

{{!-- A query of the first row, by `order_by`, of each `partition_by`; both are SQL. `relation` may be the name of a CTE. --}}
{{#macro "deduplicate" "relation" "partition_by" "order_by"}}
select *
from {{relation}} as deduplicated
qualify row_number() over (partition by {{partition_by}} order by {{order_by}}) = 1
{{/macro}}

{{#macro "deduplicate" "relation" "partition_by" "order_by" adapter="postgres"}}
select distinct on ({{partition_by}}) *
from {{relation}} as deduplicated
order by {{partition_by}}, {{order_by}}
{{/macro}}

{{!--
  A list of the values of a column, the most frequent first, or by `order_by`; at most `max_records`. `where` is a
  condition on the rows. `default` is given when there is no such table, which is an error without it.
--}}
{{#macro "get_column_values" "table" "column" order_by="" max_records=0 default=null where=""}}
{{#if (ne default null)}}{{#unless (relation_exists table)}}{{return default}}{{/unless}}{{/if}}
{{return (pluck (query
  "select" column "as value from" table
  (text_if where (concat "where " where))
  "group by" column
  "order by" (or order_by (concat "count(*) desc, " column))
  (text_if max_records (concat "limit " max_records))
) "value")}}
{{/macro}}

{{!-- The first column of the first row of a query, `default` when there is no row. --}}
{{#macro "get_single_value" "sql_statement" default=""}}
{{#each (query sql_statement) as |row|}}{{#each row as |value|}}{{return value}}{{/each}}{{/each}}
{{return default}}
{{/macro}}

{{!-- The rows of a query as a dict of lists, one for each column. --}}
{{#macro "get_query_results_as_dict" "sql_statement"}}
{{return (by_column (query sql_statement))}}
{{/macro}}

{{!--
  A list of the tables and views whose schema and name match patterns of LIKE, case ignored, but those that match `exclude`.
  They are no edges of the graph: name the nodes behind them with `depends_on`.
--}}
{{#macro "get_relations_by_pattern" "schema_pattern" "table_pattern" exclude=""}}
{{#each (query
  "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
  (concat "and lower(table_schema) like lower('" (escape_single_quotes schema_pattern) "')")
  (concat "and lower(table_name) like lower('" (escape_single_quotes table_pattern) "')")
  (concat "and lower(table_name) not like lower('" (escape_single_quotes exclude) "')")
  "and table_schema <> '_assay' and table_name not like '\_\_assay%' escape '\'"
  "order by table_schema, table_name"
) as |row|}}
{{yield (relation_named row.table_schema row.table_name)}}
{{/each}}
{{/macro}}

{{!-- The same for names that begin with `prefix` in one schema. --}}
{{#macro "get_relations_by_prefix" "schema" "prefix" exclude=""}}
{{#each (get_relations_by_pattern schema (concat prefix "%") exclude) as |relation|}}{{yield relation}}{{/each}}
{{/macro}}

{{!-- Columns for a SELECT list, as `(columns ..)` gives them: empty texts become NULL. --}}
{{#macro "nullcheck" "cols"}}
{{#each cols as |column|}}
{{#let type=(lower column.data_type) name=(quote_name column.name)}}
{{#if (or (in "char" type) (in "text" type))}}nullif({{name}}, '') as {{name}}{{else}}{{name}}{{/if}}{{#unless @last}},{{/unless}}
{{/let}}
{{/each}}
{{/macro}}

{{!-- A query of all rows of `relation`, empty texts being NULL. --}}
{{#macro "nullcheck_table" "relation"}}
select
{{nullcheck (columns relation)}}
from {{relation}}
{{/macro}}

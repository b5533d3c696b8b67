{{!--
  The four generic tests that dbt is born with, and `grain`. Each test is a query of the failing rows. `model` is the
  tested relation, or that relation filtered by `where`. A project's test of the same name replaces the one here.

  A test of the form `select .. from {{model}} as tested where <condition>` is a condition on rows: several of them are
  answered by one scan of the table, and their rows can be set aside (`quarantine`).
--}}

{{!-- No value twice; NULLs are not compared. --}}
{{#test "unique" "model" "column_name"}}
select
  {{column_name}},
  count(*) as n_records
from {{model}} as tested
where {{column_name}} is not null
group by {{column_name}}
having count(*) > 1
{{/test}}

{{!-- No NULL. --}}
{{#test "not_null" "model" "column_name"}}
select *
from {{model}} as tested
where {{column_name}} is null
{{/test}}

{{!-- Only the listed values, or NULL. `quote=false` for numbers and expressions. --}}
{{#test "accepted_values" "model" "column_name" "values" quote=true}}
select
  {{column_name}} as value_field,
  count(*) as n_records
from {{model}} as tested
where {{column_name}} not in ({{value_list values quote}})
group by {{column_name}}
{{/test}}

{{!-- Each value is among those of `field` in `to`; NULL passes. --}}
{{#test "relationships" "model" "column_name" "to" "field"}}
select {{column_name}} as from_field
from {{model}} as tested
where {{column_name}} is not null
  and not exists (
    select 1
    from (select {{field}} as assay_to_field from {{to}} as referenced) as assay_parent
    where assay_parent.assay_to_field = {{column_name}}
  )
{{/test}}

{{!-- One row for each combination of the columns, none of them NULL: what `grain:` of a model declares. --}}
{{#test "grain" "model" "key_columns"}}
{{config message_calc=(concat "case when count(*) > 0 then 'expected one row for each " (replace (join key_columns " x ") "'" "''") ", none of them NULL' end")}}
select
  {{join key_columns ", "}},
  count(*) as n_records
from {{model}} as tested
group by {{join key_columns ", "}}
having count(*) > 1
  or {{#each key_columns as |column|}}{{column}} is null{{#unless @last}} or {{/unless}}{{/each}}
{{/test}}

{{!-- A list of values for `in`: as texts, or as they are written. --}}
{{#macro "value_list" "values" quote=true}}
{{#if quote}}{{#each values as |value|}}'{{replace (concat value) "'" "''"}}'{{#unless @last}}, {{/unless}}{{/each}}{{else}}{{join values ", "}}{{/if}}
{{/macro}}

{{!--
  The generic tests of every project: each is a query of the failing rows. `model` is the tested relation, or that
  relation filtered in parentheses. A project's test of the same name replaces the one here.
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
  value_field,
  count(*) as n_records
from (
  select {{column_name}} as value_field
  from {{model}} as tested
) as tested_values
where value_field not in (
  {{#if quote}}
  {{#each values as |value|}}'{{replace (concat value) "'" "''"}}'{{#unless @last}}, {{/unless}}{{/each}}
  {{else}}
  {{join values ", "}}
  {{/if}}
)
group by value_field
{{/test}}

{{!-- Each value is among those of `field` in `to`; NULL passes. --}}
{{#test "relationships" "model" "column_name" "to" "field"}}
select child.from_field
from (
  select {{column_name}} as from_field
  from {{model}} as tested
  where {{column_name}} is not null
) as child
left join (
  select {{field}} as to_field
  from {{to}} as referenced
) as parent on child.from_field = parent.to_field
where parent.to_field is null
{{/test}}

{{#macro "factor_table" "value"}}
create temporary table factor as select {{value}} as factor
{{/macro}}

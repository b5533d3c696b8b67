{{#macro "in_units" "column"}}cast({{units.hundredths column}} as integer){{/macro}}
{{#macro "label"}}of crm{{/macro}}
{{#macro "only_here"}}{{label}}, {{surrogate_word}}{{/macro}}
{{#macro "surrogate_word"}}a word of crm{{/macro}}
{{#test "is_positive" "model" "column_name"}}select * from {{model}} where {{column_name}} <= 0{{/test}}

{{#macro "label"}}of shop{{/macro}}
{{#macro "surrogate_word"}}a word of shop{{/macro}}
{{#macro "hundredths" "column"}}({{column}} / 100){{/macro}}

{{#macro "in_cents" "amount"}}({{amount}} * 100){{/macro}}

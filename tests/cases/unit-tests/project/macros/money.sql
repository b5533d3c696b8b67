{{#macro "cents" "amount"}}{{amount}} * 100{{/macro}}

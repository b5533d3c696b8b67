{{#macro "cents" "column"}}{{column}} * 100{{/macro}}
{{#macro "as_cents" "column"}}{{cents column}} as cents{{/macro}}

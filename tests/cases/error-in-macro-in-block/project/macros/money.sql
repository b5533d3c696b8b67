{{#macro "cents" "column"}}
  {{column}} / {{divisr}}
{{/macro}}

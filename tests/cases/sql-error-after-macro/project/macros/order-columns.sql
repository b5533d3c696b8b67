{{#macro "broken_columns"}}
  1 as id,
  2 as amount,
{{/macro}}

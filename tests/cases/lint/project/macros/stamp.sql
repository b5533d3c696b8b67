{{#macro "stamp"}}
  now() as loaded_at
{{/macro}}

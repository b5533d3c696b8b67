select
{{#each (list "good" "bad") as |column|}}
  {{cents column}} as {{column}},
{{/each}}
  1 as id

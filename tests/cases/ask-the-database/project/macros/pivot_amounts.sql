{{#macro "amounts_by" "methods"}}
{{#each methods as |row|}}, sum(case when method = '{{row.method}}' then amount else 0 end) as {{row.method}}_amount
{{/each}}
{{/macro}}

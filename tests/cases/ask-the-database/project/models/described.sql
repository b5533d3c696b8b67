{{#each (columns (ref "pivoted"))}}
{{#unless @first}}union all {{/unless}}select '{{this.name}}' as column_name, '{{this.data_type}}' as data_type
{{/each}}
{{#each (columns "(select 1 as extra)")}}
union all select '{{this.name}}', 'of a query'
{{/each}}

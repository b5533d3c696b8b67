{{#macro "get_incremental_plain_sql" "arg_dict"}}
insert into {{arg_dict.target_relation}} ({{#each arg_dict.dest_columns}}{{#unless @first}}, {{/unless}}{{this.name}}{{/each}})
select {{#each arg_dict.dest_columns}}{{#unless @first}}, {{/unless}}{{this.name}}{{/each}} from {{arg_dict.temp_relation}}
{{/macro}}

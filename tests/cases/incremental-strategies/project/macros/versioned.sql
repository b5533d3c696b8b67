{{!-- Keeps every version of a row: the number of one that is there already goes up. --}}
{{#macro "get_incremental_versioned_sql" "target_relation" "temp_relation" "unique_key" "dest_columns"}}
-- what is there, one version on; a semicolon in a comment; and in a 'literal; of no harm'
update {{target_relation}} set version = version + 1
where {{#each unique_key}}{{this}}{{/each}} in (select {{#each unique_key}}{{this}}{{/each}} from {{temp_relation}});

insert into {{target_relation}} ({{#each dest_columns}}{{#unless @first}}, {{/unless}}{{this.quoted}}{{/each}})
select {{#each dest_columns}}{{#unless @first}}, {{/unless}}{{this.quoted}}{{/each}}
from {{temp_relation}};
{{/macro}}

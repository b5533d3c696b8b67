{{#macro "get_incremental_committing_sql" "target_relation" "temp_relation"}}
insert into {{target_relation}} select * from {{temp_relation}};
commit
{{/macro}}
{{#macro "get_incremental_inlining_sql" "target_relation" "temp_relation"}}
insert into {{target_relation}} select * from {{temp_relation}} where id in (select id from {{ref "inlined"}})
{{/macro}}
{{#macro "get_incremental_misspelt_sql" "target_relation" "temp_relation"}}
insert into {{target_relation}}
select idd
from {{temp_relation}}
{{/macro}}

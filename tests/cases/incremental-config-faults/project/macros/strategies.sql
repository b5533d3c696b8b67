{{#macro "get_incremental_append_sql" "arg_dict"}}
insert into {{arg_dict.target_relation}} select * from {{arg_dict.temp_relation}}
{{/macro}}
{{#macro "get_incremental_odd_sql" "target" "temp_relation"}}
insert into {{target}} select * from {{temp_relation}}
{{/macro}}
{{#macro "get_incremental_refers_sql" "target_relation"}}
insert into {{target_relation}} select * from {{ref "nowhere"}}
{{/macro}}

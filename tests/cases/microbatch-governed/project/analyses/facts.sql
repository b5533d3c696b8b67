{{#if (eq target.type "duckdb")}}
select 'comment' as kind, coalesce(comment, '') as what from duckdb_tables() where table_name = 'governed'
union all select 'column ' || column_index, column_name || ' ' || lower(data_type) || case when is_nullable then '' else ' not null' end || coalesce(' -- ' || comment, '') from duckdb_columns() where table_name = 'governed'
union all select 'index', case when is_unique then 'unique' else '' end || ' ' || expressions from duckdb_indexes() where table_name = 'governed'
union all select 'check', expression from duckdb_constraints() where table_name = 'governed' and constraint_type = 'CHECK'
{{else}}
select 'comment' as kind, coalesce(obj_description('shop.governed'::regclass), '') as what
union all select 'column ' || attnum, attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end || coalesce(' -- ' || col_description(attrelid, attnum), '')
from pg_attribute where attrelid = 'shop.governed'::regclass and attnum > 0 and not attisdropped
union all select 'index', pg_get_indexdef(indexrelid) from pg_index where indrelid = 'shop.governed'::regclass
union all select 'check', conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid = 'shop.governed'::regclass and contype = 'c'
union all select 'grant', grantee || ' ' || privilege_type from information_schema.role_table_grants where table_schema = 'shop' and table_name = 'governed' and grantee <> current_user
{{/if}}
order by 1, 2

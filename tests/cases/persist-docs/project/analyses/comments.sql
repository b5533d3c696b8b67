{{#if (eq target.type "duckdb")}}
select view_name as name, cast(null as varchar) as part, comment from duckdb_views() where schema_name = 'shop'
union all select table_name, null, comment from duckdb_tables() where schema_name = 'shop'
union all select table_name, column_name, comment from duckdb_columns() where schema_name = 'shop' and comment is not null
{{else}}
select c.relname as name, a.attname as part, d.description as comment
from pg_class as c
left join pg_attribute as a on a.attrelid = c.oid and (a.attnum = 0 or a.attnum > 0)
left join pg_description as d on d.objoid = c.oid and d.objsubid = a.attnum and d.classoid = 'pg_class'::regclass
where c.relnamespace = 'shop'::regnamespace and d.description is not null
union all
select c.relname, null, obj_description(c.oid, 'pg_class')
from pg_class as c where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'v')
{{/if}}
order by 1, 2 nulls first

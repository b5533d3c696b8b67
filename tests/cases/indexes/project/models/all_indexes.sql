{{#if (eq target.type "postgres")}}
select c.relname::text as on_table, x.relname::text as name, i.indisunique as is_unique, a.amname::text as type,
  case c.relpersistence when 'u' then 'unlogged' else 'logged' end as persistence
from pg_index as i
join pg_class as x on x.oid = i.indexrelid
join pg_am as a on a.oid = x.relam
join pg_class as c on c.oid = i.indrelid
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = '{{target.schema}}'
{{else}}
select table_name as on_table, index_name as name, is_unique, 'art' as type, 'logged' as persistence
from duckdb_indexes()
where schema_name = '{{target.schema}}'
{{/if}}

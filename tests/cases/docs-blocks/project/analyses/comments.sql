{{#if (eq target.type "duckdb")}}
select c.comment as column_comment, t.comment as table_comment
from duckdb_columns() as c
join duckdb_tables() as t on t.table_oid = c.table_oid
where c.table_name = 'orders' and c.column_name = 'status'
{{else}}
select
  col_description('shop.orders'::regclass, 2) as column_comment,
  obj_description('shop.orders'::regclass) as table_comment
{{/if}}

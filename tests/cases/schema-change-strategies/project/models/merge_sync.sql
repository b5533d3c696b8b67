{{config unique_key="id" on_schema_change="sync_all_columns"}}
select 1 as id, 10 as amount, 'x' as old
union all
select 2 as id, 20 as amount, 'y' as old

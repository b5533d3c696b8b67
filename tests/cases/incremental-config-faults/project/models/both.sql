{{config unique_key="id" merge_update_columns="a" merge_exclude_columns="b"}}
select 1 as id, 2 as a, 3 as b

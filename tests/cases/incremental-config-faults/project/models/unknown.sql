{{config incremental_strategy="delete_insert" unique_key="id"}}
select 1 as id

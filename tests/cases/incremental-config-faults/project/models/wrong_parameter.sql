{{config incremental_strategy="odd"}}
select 1 as id

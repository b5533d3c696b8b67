{{config incremental_strategy="refers"}}
select 1 as id

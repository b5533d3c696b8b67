{{config incremental_strategy="misspelt"}}
select 1 as id

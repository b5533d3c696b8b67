{{config incremental_strategy="committing"}}
select 1 as id

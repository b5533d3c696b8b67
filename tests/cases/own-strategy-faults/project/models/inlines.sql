{{config incremental_strategy="inlining"}}
select 1 as id

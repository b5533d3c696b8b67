{{config incremental_strategy="append"}}
select id, amount from {{ref "batch"}}

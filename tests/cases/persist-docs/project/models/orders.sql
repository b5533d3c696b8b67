{{config materialized="table"}}
select id, amount as "Amount" from {{ref "raw"}}

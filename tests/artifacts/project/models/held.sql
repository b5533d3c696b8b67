{{config materialized="table"}}
select id, item from {{ref "orders"}}

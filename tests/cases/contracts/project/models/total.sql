{{config materialized="view"}}
select sum(amount) * 2 as total, count(*) as orders from {{ref "orders"}}

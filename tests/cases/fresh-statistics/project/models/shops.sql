{{config materialized="table"}}
select shop, count(*) as days from {{ref "seen"}} group by shop

{{config materialized="ephemeral"}}
with x as (select id + 1 as id from {{ref "base"}})
select id from x

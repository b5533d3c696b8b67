{{config materialized="table"}}
select 1 as id, 'nl' as country, 5 as amount

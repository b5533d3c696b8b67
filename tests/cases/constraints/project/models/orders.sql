{{config materialized="table"}}
select 10 as id, 1 as customer_id, 5 as amount, 'de' as country

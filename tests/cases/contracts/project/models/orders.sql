{{config materialized="table"}}
select 'paid' as status, cast(9.5 as numeric(12,2)) as amount, 1 as id

{{config materialized="table"}}
select 1 as id, 'a@x' as email
union all
select 2, 'b@x'

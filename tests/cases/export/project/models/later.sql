{{config materialized="table" enabled=true tags="later"}}
select 1 as id

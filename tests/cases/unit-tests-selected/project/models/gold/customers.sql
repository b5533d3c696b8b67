{{config materialized="table" tags="nightly"}}
select 1 as id, 'Ada' as name

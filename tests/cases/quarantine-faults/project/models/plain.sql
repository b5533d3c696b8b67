{{config materialized="table" quarantine=true}}
select 1 as id

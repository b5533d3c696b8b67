{{config materialized="view" quarantine=true}}
select 1 as id

{{config materialized="table" alias="plain__quarantine"}}
select 1 as id

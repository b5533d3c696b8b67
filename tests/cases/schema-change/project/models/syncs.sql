{{config materialized="incremental"}}
select 1 as id, 5 as gone

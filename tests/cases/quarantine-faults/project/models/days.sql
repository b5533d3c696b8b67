{{config materialized="incremental" unique_key="id"}}
select 1 as id, 'nl' as country, current_date as day

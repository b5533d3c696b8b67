{{config materialized="incremental" unique_key="id" merge_update_columns="day"}}
select 1 as id, current_date as day

{{config materialized="incremental" unique_key="id"}}
select * from {{new_rows "stg_events"}} as n

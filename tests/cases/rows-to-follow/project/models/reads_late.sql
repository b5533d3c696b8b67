{{config materialized="incremental" unique_key="id"}}
select * from {{new_rows "late"}} as n

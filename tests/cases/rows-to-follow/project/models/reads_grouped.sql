{{config materialized="incremental" unique_key="id"}}
select * from {{new_rows "grouped"}} as n

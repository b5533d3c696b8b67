{{config materialized="incremental" unique_key="id"}}
select * from {{new_rows "merged"}} as n

{{config materialized="incremental" unique_key="id"}}
select * from {{newest_of (source "raw" "users")}} as u

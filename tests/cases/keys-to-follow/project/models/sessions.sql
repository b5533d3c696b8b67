{{config materialized="incremental" unique_key="user_id"}}
select id as user_id from {{source "raw" "users"}}

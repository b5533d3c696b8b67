{{config materialized="incremental"}}
select seq, user_id from {{new_rows "events"}} as n

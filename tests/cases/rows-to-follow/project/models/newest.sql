{{config materialized="ephemeral"}}
select * from {{new_rows "stg_events"}} as n

select * from {{ref "stg_events"}} where at < now()

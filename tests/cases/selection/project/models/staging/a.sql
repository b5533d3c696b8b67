{{config tags="daily"}}
select * from {{source "raw" "events"}}

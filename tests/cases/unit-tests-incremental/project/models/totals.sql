{{config materialized="incremental" unique_key="user_id" incremental_strategy="delete+insert"}}
select user_id, happened_at as day, sum(amount) as amount
from {{ref "events"}}
where user_id in {{touched_keys "events" key="user_id"}} and amount > 0
group by user_id, happened_at

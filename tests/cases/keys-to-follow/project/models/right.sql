{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="user_id"}}
select user_id, count(*) as n
from {{ref "sessions"}}
where user_id in {{touched_keys "sessions" key="user_id"}}
   or user_id in {{touched_keys "prices" key="id"}}
group by user_id

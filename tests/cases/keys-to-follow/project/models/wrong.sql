{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="user_id"}}
select user_id, count(*) as n
from {{ref "sessions"}}
where user_id in {{touched_keys "joined" key="user_id"}}
   or user_id in {{touched_keys "filtered" key="user_id"}}
   or user_id in {{touched_keys "inlined" key="user_id"}}
   or user_id in {{touched_keys (source "raw" "users") key=(list "id")}}
group by user_id

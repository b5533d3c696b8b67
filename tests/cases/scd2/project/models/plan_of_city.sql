{{config materialized="incremental" unique_key="user_id" incremental_strategy="delete+insert"}}

select user_id, count(*) as cities
from {{ref "user_cities"}}
where user_id in (select user_id from {{touched_keys "user_cities" key="user_id"}} as touched)
group by user_id

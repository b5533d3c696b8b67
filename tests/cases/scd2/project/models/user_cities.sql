{{config unique_key="user_id" tracked_columns="city" effective_at="moved_at"}}

select user_id, city, moved_at
from {{ref "moves"}}
where user_id in (select user_id from {{touched_keys "moves" key="user_id"}} as touched)

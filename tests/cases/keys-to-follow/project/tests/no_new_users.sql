select * from {{touched_keys "sessions" key="user_id"}} as k

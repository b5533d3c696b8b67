select * from {{touched_keys "sessions"}} as a, {{touched_keys "sessions" key=(list "user_id" 1)}} as b

select * from {{ref "sessions"}} where user_id > 0

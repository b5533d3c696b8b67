select * from {{ref "segments"}} where user_id < 0

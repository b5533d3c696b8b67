select user_id, plan, country, valid_from, valid_to, is_current, user_key = md5(user_id || '|' || cast(valid_from as text)) as is_key
from {{ref "users"}}
order by user_id, valid_from

select user_id, plan, valid_from, valid_to, is_current, subscriber_key is null as lacks_key
from {{ref "user_days"}}
order by user_id, valid_from

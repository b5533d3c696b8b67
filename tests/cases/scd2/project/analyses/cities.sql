select user_id, city, valid_from, valid_to, is_current
from {{ref "user_cities"}}
order by user_id, valid_from

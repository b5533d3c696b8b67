select user_id
from {{ref "revenue"}}
where revenue > 10

select s.user_id, p.price
from {{ref "sessions"}} as s
join {{ref "prices"}} as p on p.id = s.user_id

select count(*) as users
from {{ref "users"}}

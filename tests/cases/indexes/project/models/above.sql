select email
from {{ref "dim_users"}}

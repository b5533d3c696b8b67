{{config materialized="table" indexes=(list (dict columns=(list "user_id") unique=true) (dict columns=(list "lower(email)")))}}
select user_id, email
from {{ref "users"}}

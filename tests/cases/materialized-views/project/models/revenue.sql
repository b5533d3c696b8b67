{{config
  materialized="materialized_view"
  indexes=(list (dict columns=(list "user_id") unique=true))
}}
select user_id, sum(amount) as revenue
from {{ref "orders_clean"}}
group by user_id

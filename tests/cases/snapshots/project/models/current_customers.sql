select id, name, plan
from {{ref "customers_gone"}}
where dbt_valid_to is null

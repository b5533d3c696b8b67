select id, plan, dbt_scd_id, dbt_updated_at, dbt_valid_from, dbt_valid_to
from {{ref "customer_history"}}
order by id, dbt_valid_from

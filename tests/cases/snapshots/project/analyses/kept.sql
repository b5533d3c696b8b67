select id, name, plan, dbt_scd_id, dbt_updated_at, dbt_valid_from, dbt_valid_to
from {{ref "customers_kept"}}
order by id, dbt_valid_from

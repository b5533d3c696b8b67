select
  id, plan, dbt_is_deleted,
  dbt_valid_from > '2026-01-01' as opened_by_a_run,
  dbt_valid_to is null as is_current,
  dbt_valid_to >= dbt_valid_from as in_order,
  dbt_valid_from = lag(dbt_valid_to) over (partition by id order by dbt_valid_from) as follows_on
from {{ref "customers_gone"}}
order by id, dbt_valid_from

select
  shop, id, status, note,
  row_number() over (partition by shop, id order by dbt_valid_from) as n,
  dbt_valid_to is null as is_current,
  dbt_valid_from = lag(dbt_valid_to) over (partition by shop, id order by dbt_valid_from) as follows_on,
  dbt_scd_id = md5(shop || '|' || cast(id as text) || '|' || cast(dbt_updated_at as text)) as is_dbts_id
from {{ref "orders_all"}}
order by shop, id, dbt_valid_from

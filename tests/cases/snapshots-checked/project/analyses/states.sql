select
  shop, id, status, note,
  valid_to = '9999-12-31' as is_current,
  valid_from = lag(valid_to) over (partition by shop, id order by valid_from) as follows_on,
  version_id = md5(shop || '-' || cast(id as text) || '|' || cast(dbt_updated_at as text)) as is_dbts_id
from {{ref "orders_by_status"}}
order by shop, id, valid_from

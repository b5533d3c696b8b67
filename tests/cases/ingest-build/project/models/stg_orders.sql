{{config materialized="incremental" incremental_strategy="append"}}
select order_id, amount, _loaded_at as processed_at
from {{new_rows (source "shop" "orders")}} as n

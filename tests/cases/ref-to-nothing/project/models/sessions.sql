select *
from {{ref "stg_evnts"}}
join {{ref "orders"}} using (id)
join {{source "shop" "oders"}} using (id)

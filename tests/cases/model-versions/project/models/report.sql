select
  o.id,
  old.country,
  next.order_id,
  r.rate,
  nine.rate as old_rate
from {{ref "orders"}} as o
join {{ref "orders" version=1}} as old on old.id = o.id
join {{ref "orders" v=3}} as next on next.order_id = o.id
cross join {{ref "rates"}} as r
cross join {{ref "rates" version="9"}} as nine

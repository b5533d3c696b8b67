select totals.user_id, totals.total, (select count(*) from {{ref "journal"}}) as orders
from {{ref "totals"}} as totals

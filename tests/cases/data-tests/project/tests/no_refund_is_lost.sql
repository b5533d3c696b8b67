select *
from {{ref "refunds"}}
where id not in (select id from {{ref "orders"}})

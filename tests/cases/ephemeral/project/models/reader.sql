-- reads both
with own as (select id from {{ref "middle"}})
select own.id, base.id as base_id
from own
cross join {{ref "base"}} as base

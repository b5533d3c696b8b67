{{config materialized="table" tags="nightly"}}
select e.id, e.item, {{in_cents "i.price"}} as cents
from {{source "raw" "events"}} as e
join {{ref "items"}} as i on i.item = e.item

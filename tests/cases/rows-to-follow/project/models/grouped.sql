select id, count(*) as n
from {{ref "stg_events"}}
group by id

{{config materialized="snapshot" tags="by_hand"}}

select id, plan, updated_at
from {{ref "active"}}

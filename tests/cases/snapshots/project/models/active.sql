{{config materialized="ephemeral"}}

select id, plan, updated_at
from {{ref "customers"}}
where plan <> 'closed'

{{config materialized="table"}}
select order_id
{{amounts_by (query "select method from" (ref "methods") "order by method")}}
from {{ref "payments"}}
group by order_id

select '{{var "currency"}}' as currency, '{{region}}' as region, '{{label}}' as label, count(*) as n
from {{ref "stg_customers"}}

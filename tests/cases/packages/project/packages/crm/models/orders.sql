select '{{var "currency"}}' as currency, '{{var "region"}}' as region, '{{label}}' as label, count(*) as n
from {{ref "stg_customers"}}

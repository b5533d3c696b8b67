select o.n, '{{var "currency"}}' as currency, '{{label}}' as label, '{{crm.label}}' as theirs, '{{crm.only_here}}' as inside
from {{ref "crm" "orders"}} as o

select id, amount from {{source "files" "orders"}}
union all
select o.id, o.amount from {{source "files" "late_orders"}} as o

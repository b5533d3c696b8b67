{{config materialized="table"}}
select a.id, a.amount, w.name from {{ref "all_orders"}} as a left join {{source "files" "who"}} w on w.id = a.id

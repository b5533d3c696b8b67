select item, count(*) as n from {{ref "orders"}} group by item

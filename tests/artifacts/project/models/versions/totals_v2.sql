select count(*) as orders, sum(cents) as cents from {{ref "orders"}}

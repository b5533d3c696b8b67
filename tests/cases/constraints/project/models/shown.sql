select * from {{ref "orders"}}

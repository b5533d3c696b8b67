select cast(sum(amount) as integer) as total from {{ref "orders"}}

select * from {{ref "orders"}} where cents <= 100

select id, {{as_cents "amount"}} from {{ref "orders"}}

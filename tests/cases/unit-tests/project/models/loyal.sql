select customer from {{ref "customers"}} where n_orders > 1

{{config materialized="ephemeral"}}
select order_id, customer, amount from {{source "shop" "raw_orders"}} where customer <> 'zed'

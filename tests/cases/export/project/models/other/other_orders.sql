{{config alias="orders" schema="other"}}
select order_id from {{ref "orders"}}

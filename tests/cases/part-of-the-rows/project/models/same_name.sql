{{config materialized="table"}}
with orders as (select * from {{ref "orders"}}), all_orders as (select * from {{ref "orders" filter=false}})
select orders.seq, (select count(*) from all_orders) as out_of from orders

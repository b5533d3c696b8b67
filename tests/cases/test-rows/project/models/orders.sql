{{config materialized="table"}}
select order_id, customer, amount from {{ref "only_known"}}

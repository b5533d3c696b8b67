{{config materialized="view"}}select count(*) as orders, sum(cents) as cents from {{ref "stg_orders"}}

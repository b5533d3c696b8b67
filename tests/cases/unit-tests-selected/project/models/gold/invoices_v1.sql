{{config materialized="table"}}
select id, id as customer_id from {{ref "stg_customers"}}

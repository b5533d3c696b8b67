{{config materialized="table"}}
select 10 as id, id as customer_id from {{ref "stg_customers"}}

{{config materialized="table" tags="broken"}}
select 1 / (id - id) as nothing, cast('x' as integer) as no_number from {{ref "orders"}}

{{config
  materialized="table"}}
-- the orders
select
{{columns}}
  3 as other

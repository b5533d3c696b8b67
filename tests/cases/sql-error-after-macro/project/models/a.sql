{{config
  materialized="table"}}
-- the orders
select
{{broken_columns}}
  3 as other

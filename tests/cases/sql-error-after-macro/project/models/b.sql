{{config materialized="table"
  tags=(list "daily")}}
with orders as (
  select
    {{broken_columns}}
    'x' as name
  from {{ref "a"}}
)
select
  id,
  amuont
from orders

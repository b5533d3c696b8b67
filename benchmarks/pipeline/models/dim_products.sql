-- A version for each price.
{{config materialized="table"}}

with changes as (
  select
    product_id,
    price,
    event_date as valid_from,
    lag(price) over (partition by product_id order by event_date) as price_before
  from {{ref "product_days"}}
)
select
  product_id,
  price,
  valid_from,
  lead(valid_from) over (partition by product_id order by valid_from) as valid_to
from changes
where price_before is distinct from price

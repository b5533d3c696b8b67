-- Products of A/B tests, typed: one row per product.
with typed as (
  select
    {{trimmed "product_id"}} as product_id,
    {{trimmed "product_name"}} as product_name,
    {{trimmed "category"}} as category,
    {{read_amount (trimmed "price")}} as price
  from {{experiment_rows "products"}} as raw_products
),
ranked as (
  select
    typed.*,
    row_number() over (partition by product_id order by {{by_bytes "product_name"}}, {{by_bytes "category"}}, price) as place
  from typed
  where product_id is not null
)
select
  product_id,
  product_name,
  category,
  price
from ranked
where place <= 1

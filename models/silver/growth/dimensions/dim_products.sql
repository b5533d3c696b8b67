-- What a product was called and what it cost at the end of which day.
{{config
  materialized="scd2"
  unique_key="product_id"
  tracked_columns=(list "product_name" "price")
  effective_at="event_date"
  version_grain="day"
}}

select product_id, product_name, price, event_date
from {{ref "silver_product_days"}}
where product_id in (select product_id from {{touched_keys "silver_product_days" key="product_id"}} as touched)

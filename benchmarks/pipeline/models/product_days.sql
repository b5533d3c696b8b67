-- The last price of each day, of the products and days that came.
{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="event_date"}}

select event_date, product_id, max_by(price, _load_seq) as price
from {{ref "fct_events"}}
where event_date in {{touched_keys "fct_events" key="event_date"}}
group by event_date, product_id

{{config materialized="incremental" incremental_strategy="append"}}
select id, user_id, price
from {{new_rows "usable"}} as fresh

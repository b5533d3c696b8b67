{{config materialized="incremental" arrival_column="_load_seq"}}
select _load_seq, id, day, currency, amount
from {{new_rows (source "shop" "orders")}} as arrived
where amount >= {{var "least_amount"}}

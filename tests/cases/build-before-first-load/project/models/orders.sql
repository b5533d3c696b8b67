{{config materialized="incremental" unique_key="id" incremental_strategy="merge"}}
select id, amount from {{new_rows (source "shop" "orders")}} as arrived

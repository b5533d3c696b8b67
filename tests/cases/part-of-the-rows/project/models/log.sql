{{config materialized="incremental" incremental_strategy="append" arrival_column="seq"}}
select seq, amount from {{new_rows "orders"}} as n

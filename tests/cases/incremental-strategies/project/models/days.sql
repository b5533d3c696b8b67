{{config incremental_strategy="insert_overwrite" partition_by="Day"}}
select id, day, amount from {{ref "orders"}}

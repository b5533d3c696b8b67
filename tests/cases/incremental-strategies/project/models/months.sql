{{config incremental_strategy="insert_overwrite" partition_by=(list "date_trunc('month', day)" "kind")}}
select id, day, amount, 'order' as kind from {{ref "orders"}}

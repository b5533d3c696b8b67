{{config unique_key=(list "id" "id") merge_exclude_columns="LOADED"}}
select id, amount, status, loaded from {{ref "orders"}}

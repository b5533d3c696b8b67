{{config unique_key="ID" merge_update_columns=(list "Amount")}}
select id, amount, status, loaded from {{ref "orders"}}

{{config unique_key="id" merge_update_columns=(list "amuont" "id")}}
select 1 as id, 2 as amount

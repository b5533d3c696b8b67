{{config
  materialized="incremental"
  unique_key="order_id"
  indexes=(list (dict columns=(list "Order_Id") unique=true) (dict columns=(list "user_id" "order_id")))
}}
select 1 as order_id, 1 as user_id, 10 as amount

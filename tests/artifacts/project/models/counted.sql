{{config
  materialized="incremental"
  incremental_strategy="merge"
  unique_key="id"
  on_schema_change="append_new_columns"
  pre_hook="select 1"
  post_hook=(list (dict sql="select count(*) from {{this}}" transaction=false) "select 2")
}}
select id, cents from {{ref "orders"}} where id >= {{var "least"}}

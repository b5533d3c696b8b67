{{config
  unique_key="id"
  incremental_strategy="delete+insert"
  incremental_predicates="DBT_INTERNAL_SOURCE.amount >= DBT_INTERNAL_DEST.amount"
}}
select id, amount from {{ref "orders"}}
union all
select id, amount + 1 as amount from {{ref "orders"}}

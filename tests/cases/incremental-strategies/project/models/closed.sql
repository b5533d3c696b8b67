{{config unique_key="id" incremental_strategy="versioned"}}
select id, amount, 1 as version from {{ref "orders"}}

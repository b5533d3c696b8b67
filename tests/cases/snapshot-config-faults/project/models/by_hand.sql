{{config materialized="snapshot" strategy="check" unique_key="id" check_cols="all" full_refresh=true contract=(dict enforced=true)}}

select * from {{ref "orders"}}

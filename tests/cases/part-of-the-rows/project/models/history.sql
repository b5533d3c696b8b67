{{config materialized="snapshot" strategy="check" check_cols="all" unique_key="customer_id" hard_deletes="invalidate"}}
select * from {{ref "customers"}}

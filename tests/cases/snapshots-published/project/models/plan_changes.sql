{{config materialized="incremental" unique_key="id" incremental_strategy="delete+insert" lint_off=(list "lint-nullable-key")}}

select id, count(*) as versions, count(dbt_valid_to) as ended
from {{ref "customer_history"}}
where id in (select id from {{touched_keys "customer_history" key="id"}} as touched)
group by id

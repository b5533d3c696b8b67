{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="customer_id"}}
select customer_id, sum(amount) as amount from {{ref "orders"}}
{{#if (is_incremental)}}where customer_id in (select customer_id from {{touched_keys "orders" key="customer_id"}} as t){{/if}}
group by customer_id

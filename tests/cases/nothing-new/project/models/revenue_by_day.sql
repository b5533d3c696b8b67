{{config materialized="incremental" unique_key="day" incremental_strategy="delete+insert"}}
select day, count(*) as orders, sum(amount) as amount
from {{ref "orders"}}
{{#if (is_incremental)}}
where day in (select day from {{touched_keys "orders" key="day"}} as touched)
{{/if}}
group by day

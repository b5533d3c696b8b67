{{config unique_key="id" incremental_strategy="delete+insert"}}
select id, amount from {{ref "batch"}} where id is not null or {{#if (is_incremental)}}true{{else}}false{{/if}}

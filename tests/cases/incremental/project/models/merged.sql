{{config unique_key="id"}}
select id, amount from {{ref "batch"}}

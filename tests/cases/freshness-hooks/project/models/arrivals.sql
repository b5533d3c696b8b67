{{config materialized="table"}}
select 1 as id, current_timestamp - interval '3 days' as loaded_at

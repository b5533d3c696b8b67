{{config incremental_strategy="append" full_refresh=true}}
select 1 as id

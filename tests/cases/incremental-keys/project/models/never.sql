{{config incremental_strategy="append" full_refresh=false}}
select 1 as id

{{config materialized="incremental" incremental_strategy="greatest" unique_key="id"}}
select 1 as id, 10 as amount

{{config incremental_strategy="merge" unique_key=""}}
select 1 as id

{{config materialized="incremental" incremental_strategy="append" unique_key="id" merge_update_columns="a" partition_by="id"}}
select 1 as id

{{config incremental_strategy="insert_overwrite" partition_by="days"}}
select 1 as id

{{config incremental_strategy="insert_overwrite" partition_by="id" incremental_predicates="DBT_INTERNAL_DEST.id = DBT_INTERNAL_SOURCE.id"}}
select 1 as id

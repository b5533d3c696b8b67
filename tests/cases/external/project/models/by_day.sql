{{config materialized="external" location="exports/by_day" partition_by="day" options=(dict compression="zstd")}}
select * from {{ref "as_parquet"}}

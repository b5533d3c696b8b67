{{config materialized="external" location="exports/orders.csv" delimiter="|"}}
select * from {{ref "as_parquet"}}

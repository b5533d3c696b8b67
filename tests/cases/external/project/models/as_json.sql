{{config materialized="external" format="json" location="exports/orders.jsonl"}}
select * from {{ref "as_parquet"}}

{{config alias="TOTALS"}}
select 2 as id

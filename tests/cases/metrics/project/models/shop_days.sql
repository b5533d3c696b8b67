select * from {{ref "raw_days"}}

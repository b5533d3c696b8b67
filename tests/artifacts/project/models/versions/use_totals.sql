select * from {{ref "totals" version=1}}

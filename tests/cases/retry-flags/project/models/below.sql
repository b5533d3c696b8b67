select * from {{ref "ids"}}

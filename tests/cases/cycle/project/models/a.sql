select * from {{ref "c"}}

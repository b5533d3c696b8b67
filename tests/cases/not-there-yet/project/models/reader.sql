select * from {{ref "parent"}}

select * from {{ref "inlined"}}

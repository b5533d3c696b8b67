{{config tags=(list "daily" "core")}}
select * from {{ref "b"}}

{{config unique_key=(list "Id" "ID" "")}}
select 1 as id union all select 1 as id

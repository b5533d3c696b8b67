select 1 as id /* the key
union all
select 2

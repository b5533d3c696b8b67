{{config quote=true}}
select 1 as id

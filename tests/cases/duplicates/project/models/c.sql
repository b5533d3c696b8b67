{{config alias="d"}}
select 1 as id

select 1 as id;
select 2 as id

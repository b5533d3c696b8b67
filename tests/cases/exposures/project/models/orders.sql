select 1 as id, 20 as amount

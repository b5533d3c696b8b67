select 10 as rate

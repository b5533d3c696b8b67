select 1 as two

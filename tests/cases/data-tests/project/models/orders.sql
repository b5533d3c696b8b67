select 1 as id, 10 as amount, 'card' as method union all select 2, -5, 'cash' union all select 3, -6, null

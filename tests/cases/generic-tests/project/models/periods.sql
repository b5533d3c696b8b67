select 'a' as sensor, 1 as valid_from, 5 as valid_to, 1 as reading_id
union all select 'a', 5, 9, 2
union all select 'a', 8, 10, 2
union all select 'b', 1, 3, 3
union all select 'b', 4, 6, 99
union all select 'c', 7, null, null

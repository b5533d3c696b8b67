select 1 as id, cast(-1.50 as numeric(6,2)) as amount, cast('2026-01-02' as date) as day, 'a''b' as note
union all select 2, -20, null, null
union all select 3, 30, cast('2026-01-03' as date), ''

select 1 as id, cast(-1.50 as numeric(6,2)) as amount, cast('2026-01-02' as date) as day, 'a''b' as note
union all select 2, cast(-20 as numeric(6,2)), null, null
union all select 3, cast(30 as numeric(6,2)), cast('2026-01-03' as date), ''

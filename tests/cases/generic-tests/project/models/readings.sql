select 1 as id, 'a' as sensor, 10 as amount, 'ok' as label, cast('2026-01-01' as date) as day, 0.5e0 as share
union all select 2, 'a', 20, ' ', cast('2026-01-02' as date), null
union all select 3, 'a', null, 'ok', cast('2026-01-03' as date), 0.7e0
union all select 4, 'b', 120, null, cast('2026-01-01' as date), null
union all select 6, 'b', 120, 'bad', cast('2026-01-02' as date), null

{{config materialized="table"}}
select
  user_id,
  cast(day as date) as day,
  segment,
  note,
  cast(amount as decimal(20, 2)) as amount,
  cast(big as bigint) as big,
  ratio,
  is_open,
  cast(seen_at as timestamp) as seen_at
from (values
  (7, '2026-01-03', 'bounce', 'plain', '12.50', '9007199254740993', cast(0.1 as double precision), true, '2026-01-03 10:00:00'),
  (8, '2026-01-03', 'bounce', 'said "no", then
left', '12345678901234567.89', '1', cast('NaN' as double precision), false, '2026-01-03 10:00:00.25'),
  (9, '2026-01-04', 'high/value', '', '0', '-5', cast(1e300 as double precision), null, null),
  (10, '2026-01-04', null, null, null, null, null, true, '1969-12-31 23:59:59')
) as t (user_id, day, segment, note, amount, big, ratio, is_open, seen_at)

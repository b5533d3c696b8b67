select
  1 as id,
  current_timestamp - interval '3 hours' - interval '10 minutes' as loaded_at,
  cast(current_timestamp - interval '30 hours' as timestamp) as loaded_without_zone,
  cast(current_timestamp - interval '72 hours' as date) as loaded_on,
  'a' as kind
union all
select
  2,
  current_timestamp - interval '9 days' - interval '1 hour',
  cast(current_timestamp - interval '9 days' as timestamp),
  cast(current_timestamp - interval '9 days' as date),
  'b'

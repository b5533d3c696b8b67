select 1 as id, current_timestamp at time zone 'UTC' as loaded_at
union all select 2, (current_timestamp - interval '5 day') at time zone 'UTC'

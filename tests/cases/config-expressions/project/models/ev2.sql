{{config materialized="table" event_time="happend_at"}}
select 1 as id, timestamp '2026-01-02 10:00:00' as happened_at

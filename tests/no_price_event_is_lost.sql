-- Each event of price experiments that has been read is usable, or rejected with a reason, or was there before.
with was_read as (
  select
    count(*) as events,
    coalesce(max(case when origin = 'file' then _load_seq end), 0) as last_of_files,
    coalesce(max(case when origin = 'live' then _load_seq end), 0) as last_live
  from {{ref "stg_price_event_log"}}
)
select *
from (
  select
    {{!-- A server goes on loading while this is asked: what comes after the last event that was read is for the next build. --}}
    (
      select count(*)
      from {{ref (var "price_events")}}
      where _load_seq <= (select last_of_files from was_read)
    ) + (
      select count(*)
      from {{source "bandits" "live_price_events"}}
      where _load_seq <= (select last_live from was_read)
    ) as arrived,
    (select events from was_read) as logged,
    (select count(*) from {{ref "stg_price_events"}}) as accepted,
    (select count(*) from {{ref "stg_rejected_price_events"}}) as rejected,
    (
      select count(*) - count(distinct logged.event_id)
      from {{ref "stg_price_event_log"}} as logged
      inner join {{ref "stg_declared_arms"}} as arms
        on arms.experiment_id = logged.experiment_id
        and arms.price_id = logged.price_id
      where logged.rejection_reason is null
    ) as repeated
) as counted
where arrived <> accepted + rejected + repeated
  or arrived <> logged

-- Each event of price experiments that arrived is usable, or rejected with a reason, or was there before.
select *
from (
  select
    (select count(*) from {{ref (var "price_events")}})
      + (select count(*) from {{source "bandits" "live_price_events"}}) as arrived,
    (select count(*) from {{ref "stg_price_events"}}) as accepted,
    (select count(*) from {{ref "stg_rejected_price_events"}}) as rejected,
    (
      select count(*) - count(distinct event_id)
      from {{ref "stg_price_event_log"}}
      where rejection_reason is null
    ) as repeated
) as counted
where arrived <> accepted + rejected + repeated

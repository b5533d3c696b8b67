-- Each raw event of A/B tests is usable, or rejected with a reason.
select *
from (
  select
    (select count(*) from {{experiment_rows "events"}} as raw_events) as arrived,
    (select count(*) from {{ref "events_clean"}}) as accepted,
    (select count(*) from {{ref "events_rejected"}}) as rejected
) as counted
where arrived <> accepted + rejected

-- One row: the now of all bandits, var(as_of) or else the time of the last impression or conversion.
select
  {{now_of_events}} as as_of
from (
  select max(event_timestamp) as event_timestamp from {{ref "impressions"}}
  union all
  select max(event_timestamp) as event_timestamp from {{ref "conversions"}}
) as latest_events

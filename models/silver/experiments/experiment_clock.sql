-- One row: the now of all A/B tests, var(as_of) or else the time of the last event.
select
  {{now_of_events}} as as_of
from {{ref "events_clean"}}

-- Events whose rate was another, or unknown, when they arrived: assay build --select fct_events+ --full-refresh reads them anew.
{{config severity="warn"}}

select events.event_id, events.event_date, events.currency, events.exchange_rate, rates.rate
from {{ref "fct_events"}} as events
inner join (
  {{exchange_rate_days}}
) as rates
  on rates.from_currency = events.currency
  and events.event_date >= rates.rate_date
  and events.event_date < rates.known_to
where events.exchange_rate is null
  or events.exchange_rate <> rates.rate

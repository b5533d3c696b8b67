-- Events whose money is unknown: in another currency, and no rate of it that is at most var(exchange_rate_days) old.
{{config severity="warn"}}

select event_id, event_date, currency
from {{ref "fct_events"}}
where exchange_rate is null
  and product_id <> 'none'

-- Amounts whose worth is unknown: in another currency, and no rate of it that is at most var(exchange_rate_days) old.
{{config severity="warn"}}

select revenue_id, experiment_id, price_id, event_timestamp, sent_amount, currency
from {{ref "revenues"}}
where amount is null

{{!--
  The rows of `events` with the rate of their day from their currency to var(reporting_currency): the last one that was
  known, of var(exchange_rate_days) days before at most, else NULL. var(exchange_rates) names the relation of rates.
--}}
{{#macro "with_exchange_rate" "events"}}
select
  {{events}}.*,
  case
    when {{events}}.currency is null or {{events}}.currency = '{{var "reporting_currency"}}' then 1
    else rates.rate
  end as exchange_rate
from {{events}}
left join (
  {{exchange_rate_days}}
) as rates
  on rates.from_currency = {{events}}.currency
  and {{reporting_date (concat events ".event_timestamp")}} >= rates.rate_date
  and {{reporting_date (concat events ".event_timestamp")}} < rates.known_to
{{/macro}}

{{!-- An amount times a rate or a quantity. DuckDB multiplies decimals within 18 digits, which a price of a million times a rate of eight places has not room in. --}}
{{#macro "amount_times" "amount" "factor"}}
cast({{amount}} as decimal(38, 4)) * {{factor}}
{{/macro}}

{{!-- Each rate to the reporting currency with the days for which it is the last known, `known_to` exclusive. --}}
{{#macro "exchange_rate_days"}}
select
  from_currency,
  rate_date,
  cast(rate as decimal(18, 8)) as rate,
  least(
    {{days_after "rate_date" (add (var "exchange_rate_days") 1)}},
    lead(rate_date) over (partition by from_currency order by rate_date)
  ) as known_to
from {{ref (var "exchange_rates")}}
where to_currency = '{{var "reporting_currency"}}'
  and from_currency <> '{{var "reporting_currency"}}'
{{/macro}}

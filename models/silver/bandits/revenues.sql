-- One row per amount of money, with the trial it belongs to: revenue events, and conversions that carry an amount of their own.
{{config lint_off=(list "lint-partial-order")}}

with events as (
  select
    event_id,
    event_name,
    experiment_id,
    price_id,
    event_timestamp,
    user_id,
    session_id,
    amount,
    currency
  from {{ref "stg_price_events"}}
  where amount is not null
    and event_name in ('revenue_event', 'conversion_event')
),
matched as (
  {{with_trials "events"}}
),
placed as (
  select
    matched.*,
    {{!-- A shop that sends both means one sale: then the revenue event counts. --}}
    max(case when event_name = 'revenue_event' then 1 else 0 end) over (
      partition by coalesce(trial_id, event_id)
    ) as has_revenue_event
  from matched
),
amounts as (
  select *
  from placed
  where event_name = 'revenue_event'
    or has_revenue_event = 0
),
{{!-- Rebuilt whole, so that a rate that is known late counts from then on. --}}
rated as (
  {{with_exchange_rate "amounts"}}
)
select
  event_id as revenue_id,
  trial_id as impression_id,
  experiment_id,
  price_id,
  event_timestamp,
  {{!-- Within what an amount may be as sent: another would be an error of the cast. --}}
  case
    when {{amount_times "amount" "exchange_rate"}} < 1e13 then cast({{amount_times "amount" "exchange_rate"}} as decimal(18, 4))
  end as amount,
  amount as sent_amount,
  currency,
  cast(exchange_rate as decimal(18, 8)) as exchange_rate
from rated

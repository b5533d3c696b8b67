-- One row per conversion, with the trial it converts; a conversion that no trial explains is an orphan and counts in no rate.
with events as (
  select
    events.event_id,
    events.experiment_id,
    events.price_id,
    events.event_timestamp,
    events.user_id,
    events.session_id,
    events.outcome
  from {{ref "stg_price_events"}} as events
  inner join {{ref "experiments"}} as experiments on experiments.experiment_id = events.experiment_id
  where events.event_name = 'conversion_event'
    and events.outcome = experiments.conversion_type
),
matched as (
  {{with_trials "events"}}
)
select
  {{surrogate_key (list "event_id" "'click'")}} as conversion_id,
  event_id as impression_id,
  experiment_id,
  item_id as price_id,
  'click' as conversion_type,
  event_timestamp,
  {{reporting_date "event_timestamp"}} as event_date
from {{ref "stg_open_bandit_events"}}
where is_clicked
union all
select
  event_id as conversion_id,
  trial_id as impression_id,
  experiment_id,
  price_id,
  outcome as conversion_type,
  event_timestamp,
  {{reporting_date "event_timestamp"}} as event_date
from matched

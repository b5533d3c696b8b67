-- One row per conversion: in the Open Bandit file a click, on the very impression that carries it.
select
  {{surrogate_key (list "event_id" "'click'")}} as conversion_id,
  event_id as impression_id,
  experiment_id,
  item_id as price_id,
  'click' as conversion_type,
  event_timestamp,
  cast({{reporting_day_start "event_timestamp"}} as date) as event_date
from {{ref "stg_open_bandit_events"}}
where is_clicked

-- Per user the days of the first event, the first purchase and the first one in instalments.
{{config
  materialized=(grows_by_arrival)
  unique_key="user_id"
  indexes=(looked_up_by (list (list "user_id")))
}}

with days as (
  select
    user_id,
    min(event_date) as first_seen_date,
    min(case when {{is_one_of "event_name" (var "purchase_events")}} then event_date end) as first_purchase_date,
    min(case
      when {{is_one_of "event_name" (var "purchase_events")}} and {{is_in_installments}} then event_date
    end) as first_installments_date
  from (
    {{arrived_events (list "user_id" "event_date" "event_name" "installments")}}
  ) as arrived
  group by user_id
  {{#if (is_incremental)}}
  union all
  select user_id, first_seen_date, first_purchase_date, first_installments_date
  from {{this}}
  where user_id in (select user_id from {{new_rows "fct_events"}} as new_events)
  {{/if}}
)
select
  user_id,
  min(first_seen_date) as first_seen_date,
  min(first_purchase_date) as first_purchase_date,
  min(first_installments_date) as first_installments_date
from days
group by user_id

-- What was known of a user at the end of which day.
{{config
  materialized="scd2"
  unique_key="user_id"
  tracked_columns=(list "first_purchase_date" "has_used_installments")
  effective_at="known_from"
  tie_breaker="step"
  version_grain="day"
  indexes=(looked_up_by (list (list "user_id")))
}}

with milestones as (
  select * from {{ref "silver_user_milestones"}}
  where user_id in (select user_id from {{touched_keys "silver_user_milestones" key="user_id"}} as touched)
)
select
  user_id,
  1 as step,
  first_seen_date as known_from,
  cast(null as date) as first_purchase_date,
  false as has_used_installments
from milestones
union all
select user_id, 2, first_purchase_date, first_purchase_date, false
from milestones
where first_purchase_date is not null
union all
select user_id, 3, first_installments_date, first_purchase_date, true
from milestones
where first_installments_date is not null

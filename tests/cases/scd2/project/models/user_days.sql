{{config
  unique_key="user_id" tracked_columns="plan" effective_at="changed_at" version_grain="day" entity="subscriber"
}}

select user_id, plan, changed_at
from {{ref "plan_events"}}
where user_id in (select user_id from {{touched_keys "plan_events" key="user_id"}} as touched)

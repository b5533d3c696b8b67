{{config unique_key="user_id" tracked_columns=(list "plan" "country") effective_at="changed_at"}}

select user_id, plan, country, changed_at
from {{new_rows "plan_events"}} as arrived

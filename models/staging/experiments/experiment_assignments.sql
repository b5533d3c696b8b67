-- Who was assigned what: one row per experiment, user and variant, at the first time. A user in two variants is in two rows.
with typed as (
  select
    {{trimmed "experiment_id"}} as experiment_id,
    {{trimmed "user_id"}} as user_id,
    {{trimmed "variant"}} as variant,
    {{event_time "assigned_ts"}} as assigned_at
  from {{experiment_rows "experiment_assignments"}} as raw_assignments
)
select
  experiment_id,
  user_id,
  variant,
  min(assigned_at) as assigned_at
from typed
where experiment_id is not null
  and user_id is not null
  and variant is not null
  and assigned_at is not null
group by experiment_id, user_id, variant

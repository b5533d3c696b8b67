-- Experiments that are known by their counts only, typed: one row per experiment and variant. What cannot be read is NULL.
select
  {{trimmed "experiment_id"}} as experiment_id,
  {{trimmed "variant"}} as variant,
  {{safe_cast (trimmed "is_control") "boolean"}} as is_control,
  {{safe_cast (trimmed "users") "bigint"}} as users,
  {{safe_cast (trimmed "conversions") "bigint"}} as conversions
from {{ref "experiment_counts"}}
where {{trimmed "experiment_id"}} is not null

-- Every posterior that was ever published, one snapshot per change of what went in: what was known when.
{{config
  materialized="incremental"
  incremental_strategy="append"
  full_refresh=false
  on_schema_change="append_new_columns"
  volatile_columns="recorded_at"
  lint_off=(list "lint-partial-order" "lint-nullable-key")
}}

select
  current_posterior.*,
  cast('{{run_started_at}}' as timestamptz) as recorded_at
from {{ref "posterior_now"}} as current_posterior
{{#if (is_incremental)}}
where not exists (
  select 1
  from {{this}} as recorded
  where recorded.snapshot_id = current_posterior.snapshot_id
)
{{/if}}

-- Every posterior that was ever published, a publication per change of what went in: what was known when.
{{config
  materialized="incremental"
  incremental_strategy="append"
  full_refresh=false
  indexes=(looked_up_by (list (list "publication") (list "snapshot_id")))
  on_schema_change="append_new_columns"
  volatile_columns=(list "recorded_at" "publication")
  lint_off=(list "lint-nullable-key" "lint-watermark")
}}

{{!-- One statement writes the whole of it: who reads the latest publication never finds a part. --}}
select
  current_posterior.*,
  cast('{{run_started_at}}' as timestamptz) as recorded_at,
  {{next_publication}} as publication
from {{ref "posterior_now"}} as current_posterior
where {{is_unpublished "current_posterior"}}

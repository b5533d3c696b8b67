-- Every set of shares that was ever published, a publication per change of what went in: what each choice was drawn from.
{{config
  materialized="incremental"
  incremental_strategy="append"
  full_refresh=false
  indexes=(looked_up_by (list (list "publication") (list "snapshot_id")))
  on_schema_change="append_new_columns"
  volatile_columns=(list "recorded_at" "publication")
  lint_off=(list "lint-nullable-key" "lint-watermark")
}}

{{#let published_columns=(list
  "experiment_id" "segment" "price_id" "model" "trials" "successes" "posterior_mean" "prob_best" "expected_loss" "weight"
  "is_available" "is_leading" "status" "message")}}
with stopped as (
  select distinct experiment_id
  from {{ref "bandit_arm_states"}}
  where experiment_state <> 'running'
),
{{!-- What is paused or ended keeps the shares that it had: only a table that remembers can know them. --}}
kept as (
  {{#if (is_incremental)}}
  select recorded.*
  from {{this}} as recorded
  inner join stopped on stopped.experiment_id = recorded.experiment_id
  where recorded.publication = (select max(latest.publication) from {{this}} as latest)
  {{else}}
  select
    current_weights.*,
    cast('{{run_started_at}}' as timestamptz) as recorded_at,
    cast(0 as bigint) as publication
  from {{ref "bandit_weights_now"}} as current_weights
  where 1 = 0
  {{/if}}
),
shares as (
  select
    {{#each published_columns as |column|}}
    {{column}}{{#unless @last}},{{/unless}}
    {{/each}}
  from {{ref "bandit_weights_now"}}
  where experiment_id not in (select experiment_id from kept)
  union all
  select
    {{#each published_columns as |column|}}
    {{column}}{{#unless @last}},{{/unless}}
    {{/each}}
  from kept
)
select
  clock.snapshot_id,
  clock.as_of,
  {{#each published_columns as |column|}}
  shares.{{column}},
  {{/each}}
  cast('{{run_started_at}}' as timestamptz) as recorded_at,
  {{next_publication}} as publication
from shares
cross join {{ref "bandit_snapshot"}} as clock
where {{is_unpublished "clock"}}
{{/let}}

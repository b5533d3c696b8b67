-- Event names that the configuration of A/B tests holds and no event has: an exposure nobody can have, a misspelt alias.
{{config severity="warn"}}

with configured as (
  {{#each (union (var "experiment_events") (list (var "experiment_exposure_event") (var "experiment_purchase_event"))) as |name|}}
  select '{{name}}' as event_name, 'vars' as said_by
  union all
  {{/each}}
  select exposure_event as event_name, experiment_id as said_by
  from {{ref "stg_declared_tests"}}
)
select configured.event_name, configured.said_by
from configured
where not exists (
  select 1
  from {{ref "events_clean"}} as events
  where events.event_name = configured.event_name
)

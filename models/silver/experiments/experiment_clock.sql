-- One row: the now of all A/B tests, var(as_of) or else the time of the last event.
select
  {{#if (var "as_of" null)}}
  coalesce(cast('{{var "as_of" null}}' as timestamp), max(event_timestamp)) as as_of
  {{else}}
  max(event_timestamp) as as_of
  {{/if}}
from {{ref "events_clean"}}

-- One row: the now of all bandits, var(as_of) or else the time of the last impression or conversion.
select
  {{#if (var "as_of" null)}}
  coalesce(cast('{{var "as_of" null}}' as timestamp), max(event_timestamp)) as as_of
  {{else}}
  max(event_timestamp) as as_of
  {{/if}}
from (
  select max(event_timestamp) as event_timestamp from {{ref "impressions"}}
  union all
  select max(event_timestamp) as event_timestamp from {{ref "conversions"}}
) as latest_events

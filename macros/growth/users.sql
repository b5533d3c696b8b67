{{!--
  Columns of the events that have arrived since, of all of them in a table. With var(stitch_users) an anonymous id is the
  first user who was seen with it, for all its history: since that may change what is long there, models that read it so
  are tables then.
--}}
{{#macro "arrived_events" "wanted"}}
{{#if (var "stitch_users")}}
select
  {{#each wanted as |column|}}
  {{#if (eq column "user_id")}}coalesce(stitches.user_id, events.user_id) as user_id{{else}}events.{{column}}{{/if}}{{#unless @last}},{{/unless}}
  {{/each}}
from {{ref "fct_events"}} as events
left join {{ref "silver_user_stitches"}} as stitches
  on stitches.anonymous_id = events.anonymous_id
  and events.is_anonymous
{{else}}
select {{join wanted ", "}}
from {{new_rows "fct_events"}} as new_events
{{/if}}
{{/macro}}

{{!-- What a model that reads arrived_events is. --}}
{{#macro "grows_by_arrival"}}
{{#if (var "stitch_users")}}{{return "table"}}{{/if}}
{{return "incremental"}}
{{/macro}}

{{!-- What is asked with var(stitch_users) only is a view without. --}}
{{#macro "table_if_stitched"}}
{{#if (var "stitch_users")}}{{return "table"}}{{/if}}
{{return "view"}}
{{/macro}}

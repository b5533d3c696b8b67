{{!-- What the sessions keep of an event. --}}
{{#macro "session_event_columns"}}
{{return (list
  "user_id" "platform_id" "event_date" "event_id" "source_event_id" "event_name" "event_timestamp" "funnel_rank"
  "product_id" "list_id" "quantity" "unit_net_price" "revenue" "order_id" "installments" "campaign_id" "coupon_code"
  "experiment_id" "experiment_variant")}}
{{/macro}}

{{!-- A query of the moments of `events`, each with the days on which an event of the same session may lie. --}}
{{#macro "days_within_timeout" "events"}}
{{#let timeout=(var "session_timeout_minutes")}}
{{#if (gt timeout 1440)}}{{raise "session_timeout_minutes: expected at most a day, 1440"}}{{/if}}
{{#each (list "event_timestamp" (concat "event_timestamp - " (minutes timeout)) (concat "event_timestamp + " (minutes timeout))) as |moment|}}
select user_id, platform_id, event_timestamp, {{reporting_date moment}} as event_date
from {{events}}
{{#unless @last}}
union
{{/unless}}
{{/each}}
{{/let}}
{{/macro}}

{{!--
  A condition: rows of the sessions whose rows of one of `upstreams` changed since the model was built, all of them where it
  is built from all. One list of sessions for all: of two conditions with `or` between them the whole table would be read.
--}}
{{#macro "in_touched_sessions" "upstreams"}}
{{#if (is_incremental)}}
(session_date, session_id) in (
  {{#each upstreams as |upstream|}}
  select session_date, session_id
  from {{touched_keys upstream key=(list "session_date" "session_id")}} as touched_sessions
  {{#unless @last}}
  union
  {{/unless}}
  {{/each}}
)
{{else}}
true
{{/if}}
{{/macro}}

{{!--
  A query of columns of `rows`, a CTE that is small whatever the planner makes of it. DuckDB reads a table that such rows
  are looked up in only where they can be if it knows them to be few: it takes what is unnested for that.
--}}
{{#macro "few" "rows" "of" adapter="duckdb"}}
select {{#each of as |column|}}few_rows.few_row.{{column}}{{#unless @last}}, {{/unless}}{{/each}}
from (select unnest(list({{rows}} order by {{rows}})) as few_row from {{rows}}) as few_rows
{{/macro}}

{{#macro "few" "rows" "of" adapter="postgres"}}
select {{join of ", "}}
from {{rows}}
{{/macro}}

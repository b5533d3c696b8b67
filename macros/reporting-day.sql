{{!-- The UTC time at which the reporting day of a UTC timestamp began. --}}
{{#macro "reporting_day_start" "utc_timestamp"}}
{{#if (eq (var "reporting_timezone" "UTC") "UTC")}}
date_trunc('day', {{utc_timestamp}})
{{else}}
(
  date_trunc('day', ({{utc_timestamp}}) at time zone 'UTC' at time zone '{{var "reporting_timezone" "UTC"}}')
  at time zone '{{var "reporting_timezone" "UTC"}}' at time zone 'UTC'
)
{{/if}}
{{/macro}}

{{!-- The reporting day of a UTC timestamp, as a date. Not that of when it began: east of Greenwich that is the evening before, in UTC. --}}
{{#macro "reporting_date" "utc_timestamp"}}
{{#if (eq (var "reporting_timezone" "UTC") "UTC")}}
cast({{reporting_day_start utc_timestamp}} as date)
{{else}}
cast(({{utc_timestamp}}) at time zone 'UTC' at time zone '{{var "reporting_timezone" "UTC"}}' as date)
{{/if}}
{{/macro}}

{{!-- A day and how many days later, as a day. --}}
{{#macro "days_after" "day" "count"}}
cast({{day}} + interval '{{count}} days' as date)
{{/macro}}

{{!-- Dates and times that are counted in the same way on every database. --}}

{{!-- `interval` dateparts later: second, minute, hour, day, week, month, quarter or year. A date becomes a timestamp. --}}
{{#macro "dateadd" "datepart" "interval" "from_date_or_timestamp"}}
({{from_date_or_timestamp}} + {{time_span interval datepart}})
{{/macro}}

{{!--
  How many borders of `datepart` lie between two times, negative when the second is the earlier one: from 23:59 to 00:01
  it is one day. Weeks begin on Monday. Also quarter, millisecond and microsecond.
--}}
{{#macro "datediff" "first_date" "second_date" "datepart" adapter="duckdb"}}
{{#if (eq datepart "week")}}
date_diff('week', {{date_trunc "week" first_date}}, {{date_trunc "week" second_date}})
{{else}}
date_diff('{{datepart}}', cast({{first_date}} as timestamp), cast({{second_date}} as timestamp))
{{/if}}
{{/macro}}

{{#macro "datediff" "first_date" "second_date" "datepart" adapter="postgres"}}
({{borders_since_epoch second_date datepart}} - {{borders_since_epoch first_date datepart}})
{{/macro}}

{{#macro "borders_since_epoch" "moment" "datepart"}}
{{#let time=(concat "cast(" moment " as timestamp)")}}
{{#if (eq datepart "year")}}
cast(extract(year from {{time}}) as bigint)
{{else if (eq datepart "quarter")}}
cast(extract(year from {{time}}) * 4 + extract(quarter from {{time}}) as bigint)
{{else if (eq datepart "month")}}
cast(extract(year from {{time}}) * 12 + extract(month from {{time}}) as bigint)
{{else if (eq datepart "week")}}
cast((extract(epoch from date_trunc('week', {{time}})) / 86400 - 4) / 7 as bigint)
{{else if (eq datepart "day")}}
cast(extract(epoch from date_trunc('day', {{time}})) / 86400 as bigint)
{{else if (eq datepart "hour")}}
cast(extract(epoch from date_trunc('hour', {{time}})) / 3600 as bigint)
{{else if (eq datepart "minute")}}
cast(extract(epoch from date_trunc('minute', {{time}})) / 60 as bigint)
{{else if (eq datepart "second")}}
cast(extract(epoch from date_trunc('second', {{time}})) as bigint)
{{else if (eq datepart "millisecond")}}
cast(extract(epoch from date_trunc('milliseconds', {{time}})) * 1000 as bigint)
{{else if (eq datepart "microsecond")}}
cast(extract(epoch from {{time}}) * 1000000 as bigint)
{{else}}
{{raise (concat "datediff: expected year, quarter, month, week, day, hour, minute, second, millisecond or microsecond, found \"" datepart "\"")}}
{{/if}}
{{/let}}
{{/macro}}

{{!-- The beginning of the year, quarter, month, week (Monday), day, hour, minute or second: a timestamp without zone. --}}
{{#macro "date_trunc" "datepart" "date_expression"}}
cast(date_trunc('{{datepart}}', cast({{date_expression}} as timestamp)) as timestamp)
{{/macro}}

{{!-- The last day of the year, quarter, month or week: a date. --}}
{{#macro "last_day" "date_expression" "datepart"}}
cast({{date_trunc datepart date_expression}} + {{time_span 1 datepart}} - interval '1 day' as date)
{{/macro}}

{{!-- A date of three numbers. --}}
{{#macro "sql_date" "year_number" "month_number" "day_number"}}
make_date(cast({{year_number}} as integer), cast({{month_number}} as integer), cast({{day_number}} as integer))
{{/macro}}

{{!--
  A query of one row for each `datepart` from `start_date` on, `end_date` not among them: one column `date_day`,
  `date_month`.., a timestamp. The dates are SQL: `"cast('2018-01-01' as date)"`.
--}}
{{#macro "date_spine" "datepart" "start_date" "end_date"}}
select cast({{dateadd datepart "series.number" (concat "cast(" start_date " as timestamp)")}} as timestamp) as date_{{datepart}}
from {{counted_from_zero (datediff start_date end_date datepart)}} as series
{{/macro}}

{{!-- A query of one column `number`: 0 up to, without it, `count_expression`, which may be a subquery. --}}
{{#macro "counted_from_zero" "count_expression" adapter="duckdb"}}
(select unnest(range(0, cast({{count_expression}} as bigint))) as number)
{{/macro}}

{{#macro "counted_from_zero" "count_expression" adapter="postgres"}}
(select generate_series(0, cast({{count_expression}} as bigint) - 1) as number)
{{/macro}}

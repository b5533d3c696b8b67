-- The days of the calendar, from var(first_date) to var(last_date).
{{config materialized="table"}}

with days as (
  {{date_spine
    datepart="day"
    start_date=(concat "cast('" (var "first_date") "' as date)")
    end_date=(concat "cast('" (var "last_date") "' as date)")}}
)
select
  cast(date_day as date) as date_day,
  cast(extract(year from date_day) as integer) as calendar_year,
  cast(extract(quarter from date_day) as integer) as calendar_quarter,
  cast(extract(month from date_day) as integer) as calendar_month,
  cast(extract(day from date_day) as integer) as day_of_month,
  cast(extract(isodow from date_day) as integer) as iso_day_of_week,
  extract(isodow from date_day) in (6, 7) as is_weekend
from days

-- No arm converts more often than it was tried, in any window.
select *
from {{ref "aggregates"}}
where conversions > impressions
  or impressions > raw_impressions

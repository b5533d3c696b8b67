{{config materialized="incremental" incremental_strategy="append" lint_off=(list "lint-watermark")}}
select days.day, days.shop
from {{ref "days"}} as days
{{#if (is_incremental)}}
where days.day > (select max(day) from {{this}})
{{/if}}

select what, count(*) as n from {{target.schema}}.hook_log group by what order by what

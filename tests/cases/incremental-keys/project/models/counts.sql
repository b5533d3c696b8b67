{{config materialized="ephemeral"}}
select 'always' as model, count(*) as runs_kept from {{ref "always"}}
union all select 'never', count(*) from {{ref "never"}}
union all select 'by_flag', count(*) from {{ref "by_flag"}}
union all select 'no_key', count(*) from {{ref "no_key"}}
order by 1

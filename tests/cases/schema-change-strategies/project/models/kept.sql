{{config materialized="ephemeral"}}
select 'merge_fail' as model, id, amount, old from {{ref "merge_fail"}}
union all
select 'merge_ignore' as model, id, amount, old from {{ref "merge_ignore"}}
union all
select 'overwrite_ignore' as model, id, amount, old from {{ref "overwrite_ignore"}}
order by model, id, amount

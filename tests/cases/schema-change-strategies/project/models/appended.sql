{{config materialized="ephemeral"}}
select 'merge_append' as model, id, amount, old, extra from {{ref "merge_append"}}
union all
select 'overwrite_append' as model, id, amount, old, extra from {{ref "overwrite_append"}}
order by model, id, amount

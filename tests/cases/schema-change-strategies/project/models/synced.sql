{{config materialized="ephemeral"}}
select 'merge_sync' as model, id, amount, extra from {{ref "merge_sync"}}
union all
select 'delete_sync' as model, id, amount, extra from {{ref "delete_sync"}}
union all
select 'overwrite_sync' as model, id, amount, extra from {{ref "overwrite_sync"}}
union all
select 'custom_sync' as model, id, amount, extra from {{ref "custom_sync"}}
order by model, id, amount

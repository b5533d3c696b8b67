select 'alias_or_not' as model, count(*) as n from {{ref "alias_or_not"}}
union all select 'same_name', count(*) from {{ref "same_name"}}
union all select 'through_a_part', max(n) from {{ref "through_a_part"}}
union all select 'log', count(*) from {{ref "log"}}
union all select 'totals', count(*) from {{ref "totals"}}
union all select 'kept', count(*) from {{ref "kept"}}
union all select 'current history', count(*) from {{ref "history"}} where dbt_valid_to is null
order by model

{{config materialized="view"}}
select id, amount from {{ref "merge_sync"}}

{{config materialized="ephemeral"}}
select 9 as rate

{{config materialized="ephemeral"}}
select * from {{ref "sessions"}}

{{config materialized="ephemeral"}}
select distinct user_id from {{ref "clicks"}}

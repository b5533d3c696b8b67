{{config materialized="ephemeral"}}
select distinct method from {{ref "payments"}}

{{config materialized="ephemeral"}}
select item, price from {{ref "prices"}}

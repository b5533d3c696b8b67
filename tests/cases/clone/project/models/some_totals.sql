{{config materialized="ephemeral"}}select * from {{ref "totals"}} where orders > 0

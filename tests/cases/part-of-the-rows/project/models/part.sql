{{config materialized="ephemeral"}} select seq from {{ref "orders"}}

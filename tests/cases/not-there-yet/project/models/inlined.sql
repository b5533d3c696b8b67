{{config materialized="ephemeral"}}select * from {{ref "parent"}}

{{config materialized="table"}}select id, cast({{var "text" "'one'"}} as integer) as n from {{ref "events"}}

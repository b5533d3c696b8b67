{{config materialized="table"}}select id, 2 as n from {{ref "a"}}

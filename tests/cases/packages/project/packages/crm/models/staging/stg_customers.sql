{{config materialized="view"}}
select id, name, {{in_units "cents"}} as amount
from {{ref "customers"}} where since >= {{var "since"}}

{{config on_error="continue" materialized="table"}}select 1 as n

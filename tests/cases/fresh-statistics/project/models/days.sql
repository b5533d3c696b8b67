{{config materialized="table"}}
select day, day % 3 as shop from generate_series(1, {{var "days"}}) as numbers (day)

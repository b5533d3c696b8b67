{{config materialized="table" arrival_column="at"}}
select 1 as at

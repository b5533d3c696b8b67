{{config
  materialized="table"
  pre_hook="create table if not exists {{target.schema}}.log (note varchar)"
  sql_header="{{factor_table (var 'factor' 3)}}; insert into {{target.schema}}.log select 'header saw ' || count(*) from factor"
}}
select 7 * factor as amount
from factor

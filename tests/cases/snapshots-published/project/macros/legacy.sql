{{#macro "make_dbts_table"}}
create schema if not exists history;
create table history.customer_history as
select
  1 as id, 'free' as plan, cast('2024-01-01' as timestamp) as updated_at,
  md5('1|2024-01-01 00:00:00') as dbt_scd_id,
  cast('2024-01-01' as timestamp) as dbt_updated_at,
  cast('2024-01-01' as timestamp) as dbt_valid_from,
  cast(null as timestamp) as dbt_valid_to
{{/macro}}
{{#macro "add_second_current"}}
insert into history.customer_history
select id, plan, updated_at, 'another', dbt_updated_at, dbt_valid_from, dbt_valid_to
from history.customer_history
where id = 1 and dbt_valid_to is null
{{/macro}}

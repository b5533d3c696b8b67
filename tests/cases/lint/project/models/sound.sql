{{config materialized="incremental" unique_key="click_id" volatile_columns="loaded_at"}}
select
  click_id,
  cast(clicked_at as timestamptz) at time zone 'UTC' as clicked_at,
  row_number() over (partition by user_id order by clicked_at, click_id) as visit,
  {{stamp}}
from {{ref "clicks"}}

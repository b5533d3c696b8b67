{{config materialized="table"}}
select
  click_id,
  row_number() over (partition by user_id order by clicked_at) as visit
from {{ref "clicks"}}

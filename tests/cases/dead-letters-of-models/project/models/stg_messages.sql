{{config materialized="incremental" incremental_strategy="append" arrival_column="_load_seq"}}
select
  _load_seq,
  _batch_id,
  id,
  coalesce(user_id, case when {{var "guests"}} then 'guest' end) as user_id,
  price,
  case
    when user_id is null and not {{var "guests"}} then 'missing_user'
    when price < 0 then 'negative_price'
  end as rejection_reason
from {{new_rows (source "shop" "messages")}} as arrived

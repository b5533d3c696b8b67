-- The purchases among the events: one row per purchase message and item.
{{config
  materialized=(grows_by_arrival)
  indexes=(looked_up_by (list (list "user_id" "event_timestamp")))
}}

select
  _load_seq,
  event_id,
  order_id,
  event_timestamp,
  event_date,
  user_id,
  platform_id,
  product_id,
  campaign_id,
  coupon_code,
  quantity,
  unit_list_price,
  unit_discount,
  revenue,
  installments,
  experiment_id,
  experiment_variant
from (
  {{arrived_events (list
    "_load_seq" "event_id" "order_id" "event_name" "event_timestamp" "event_date" "user_id" "platform_id" "product_id"
    "campaign_id" "coupon_code" "quantity" "unit_list_price" "unit_discount" "revenue" "installments" "experiment_id"
    "experiment_variant")}}
) as arrived
where {{is_one_of "event_name" (var "purchase_events")}}

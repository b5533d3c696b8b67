-- One row per message and item, of every message that can be used; a message without items is one row. Duplicates stay.
{{config
  materialized="incremental"
  arrival_column="_load_seq"
  lint_off=(list "lint-partial-order")
}}

with messages as (
  select * from {{new_rows "stg_event_messages"}} as arrived
  where rejection_reason is null
),
expanded as (
  {{with_items "messages" "items"}}
),
typed as (
  select
    expanded.*,
    {{trimmed "item_id"}} as product_id,
    {{trimmed "item_name"}} as product_name,
    {{trimmed "item_list_id"}} as list_id,
    {{trimmed "item_list_name"}} as list_name,
    {{read_amount "price"}} as item_price,
    cast(coalesce({{read_amount "discount"}}, 0) as decimal(18, 4)) as item_discount,
    {{read_amount "quantity"}} as item_quantity,
    {{trimmed "coupon"}} as coupon_code,
    nullif(regexp_replace(campaign_codes, '[\[\]" \t\r\n]', '', 'g'), '') as campaign_code_list,
    {{safe_cast "installments" "bigint"}} as installment_count,
    {{safe_cast "in_stock" "boolean"}} as is_in_stock
  from expanded
  {{fence}}
),
hashed as (
  select
    typed.*,
    {{surrogate_key (list
      "product_id" "product_name" "list_id" "list_name" "item_price" "item_discount" "item_quantity" "coupon_code"
      "campaign_code_list" "installment_count" "is_in_stock")}} as item_hash
  from typed
  {{fence}}
),
{{!-- Equal items of a message are items of their own, so they are numbered; in which order does not matter. --}}
numbered as (
  select
    hashed.*,
    row_number() over (partition by _load_seq, item_hash order by item_name) as occurrence
  from hashed
)
select
  _load_seq,
  processed_at,
  {{surrogate_key (list "source_event_id" "item_hash" "occurrence")}} as event_id,
  source_event_id,
  event_name,
  event_timestamp,
  user_id,
  is_anonymous,
  anonymous_id,
  platform_id,
  transaction_id,
  currency,
  experiment_id,
  experiment_variant,
  has_item,
  product_id,
  product_name,
  list_id,
  list_name,
  item_price,
  item_discount,
  item_quantity,
  coupon_code,
  campaign_code_list as campaign_codes,
  nullif(split_part(campaign_code_list, ',', 1), '') as campaign_code,
  installment_count,
  is_in_stock
from numbered

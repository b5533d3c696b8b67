-- The events, each once: one row per message and item, natural keys, money in the reporting currency. Rows never change.
{{config
  materialized="incremental"
  arrival_column="_load_seq"
  lint_off=(list "lint-partial-order")
  indexes=(looked_up_by (list (list "_load_seq")))
}}

with messages as (
  select * from {{new_rows "stg_event_messages"}} as arrived
  where rejection_reason is null
),
arrived as (
  {{event_rows "messages"}}
),
{{!-- Of deliveries of one event the first stays. Few messages come twice: only of those it is asked which event came when. --}}
repeated as (
  select distinct messages.source_event_id
  from messages
  inner join {{ref "stg_event_messages"}} as others
    on others.source_event_id = messages.source_event_id
    and others._load_seq <> messages._load_seq
),
deliveries as (
  select * from {{ref "stg_event_messages"}}
  where source_event_id in ({{few "repeated" (list "source_event_id")}})
    and rejection_reason is null
),
first_deliveries as (
  select event_id, min(_load_seq) as first_load_seq
  from ({{event_rows "deliveries"}}) as delivered
  group by event_id
),
net_new as (
  select arrived.*
  from arrived
  left join first_deliveries on first_deliveries.event_id = arrived.event_id
  where first_deliveries.event_id is null
    or first_deliveries.first_load_seq = arrived._load_seq
),
{{!-- Money in another currency is unknown without a rate: NULL, never taken for the reporting currency. --}}
rated as (
  {{with_exchange_rate "net_new"}}
),
{{!-- As unknown as without a rate: what the rate makes of it is more than a column of money holds. --}}
convertible as (
  select
    rated.*,
    case
      when cast(exchange_rate as double precision) * {{item_worth "item_price" "item_discount" "item_quantity"}} < {{most_of_an_item}}
      then exchange_rate
    end as known_rate
  from rated
),
priced as (
  select
    convertible.*,
    {{#if (eq (var "item_price_is") "net")}}
    cast({{amount_times "item_price + item_discount" "known_rate"}} as decimal(18, 4)) as unit_list_price,
    {{else}}
    cast({{amount_times "item_price" "known_rate"}} as decimal(18, 4)) as unit_list_price,
    {{/if}}
    cast({{amount_times "item_discount" "known_rate"}} as decimal(18, 4)) as unit_discount
  from convertible
),
netted as (
  select
    priced.*,
    {{!-- Not greatest: it takes no notice of NULL. --}}
    cast(case
      when unit_list_price < unit_discount then 0
      else unit_list_price - unit_discount
    end as decimal(18, 4)) as unit_net_price,
    cast(coalesce(item_quantity, 1) as decimal(18, 4)) as quantity
  from priced
)
select
  _load_seq,
  processed_at,
  event_id,
  source_event_id,
  event_name,
  event_timestamp,
  {{reporting_date "event_timestamp"}} as event_date,
  {{funnel_rank "event_name"}} as funnel_rank,
  user_id,
  is_anonymous,
  anonymous_id,
  platform_id,
  coalesce(product_id, 'none') as product_id,
  product_name,
  list_id,
  list_name,
  quantity,
  cast(unit_list_price as decimal(18, 4)) as unit_list_price,
  cast(unit_discount as decimal(18, 4)) as unit_discount,
  unit_net_price,
  cast(case
    when {{is_one_of "event_name" (var "purchase_events")}} then {{amount_times "unit_net_price" "quantity"}}
  end as decimal(18, 4)) as revenue,
  cast(case
    when {{is_one_of "event_name" (var "refund_events")}} then {{amount_times "unit_net_price" "quantity"}}
  end as decimal(18, 4)) as refund_amount,
  coalesce(campaign_code, 'none') as campaign_id,
  campaign_codes,
  coupon_code,
  installment_count as installments,
  is_in_stock,
  transaction_id,
  case
    when {{is_one_of "event_name" (var "purchase_events")}} then coalesce(transaction_id, source_event_id)
  end as order_id,
  currency,
  cast(known_rate as decimal(18, 8)) as exchange_rate,
  experiment_id,
  experiment_variant
from netted

-- One row an order, amounts in whole units of money.
select
  id as order_id,
  customer_id,
  ordered_at,
  {{cents_to_units "amount_cents"}} as amount,
  status
from {{ref "raw_orders"}}

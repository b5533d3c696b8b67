with
  valid as (
    select id, customer, amount from {{ref "big_orders"}} where customer <> ''
  ),
  totals as (
    select customer, count(*) as n_orders, sum(amount) as total
    from valid
    group by customer
  )
select
  totals.customer,
  totals.n_orders,
  {{cents "totals.total"}} as cents,
  totals.total * rates.rate as euros,
  case when totals.total >= 100 then 'gold' else 'plain' end as level,
  '{{env "REGION" "eu"}}' as region
from totals
cross join {{ref "rates"}}
where rates.currency = 'eur'

-- How do experiments and coupons go with behaviour and order value? Coupons are chosen: only variants compare causally.
select
  comparison,
  compared_id,
  variant,
  is_causal,
  users,
  sessions,
  cast(session_conversion_rate as decimal(9, 4)) as conversion,
  orders,
  cast(aov as decimal(18, 2)) as aov
from {{ref "vw_experiment_coupon_impact"}}
order by comparison desc, compared_id, variant

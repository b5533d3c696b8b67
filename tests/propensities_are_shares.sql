-- The propensity of a selection is the share of its arm in the very draw.
{{config severity="warn"}}

select selection_id, propensity, {{number_under "cast(weights as varchar)" "price_id"}} as share
from {{ref "stg_price_selections"}}
where is_drawn
  and not coalesce(abs(propensity - {{number_under "cast(weights as varchar)" "price_id"}}) <= 1e-9, false)

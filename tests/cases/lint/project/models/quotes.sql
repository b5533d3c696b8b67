select clicks.click_id, prices.price
from {{ref "clicks"}} as clicks
asof left join {{ref "prices"}} as prices on clicks.clicked_at >= prices.priced_at

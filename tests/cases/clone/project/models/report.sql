select orders + 1 as next_order from {{ref "some_totals"}}

select day, events, amount, batch, how from {{ref "daily"}} order by day

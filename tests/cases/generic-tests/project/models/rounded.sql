select sensor, id, amount, share from {{ref "readings"}} where id <> 3
union all select sensor, id, amount, share from {{ref "readings"}} where id = 1

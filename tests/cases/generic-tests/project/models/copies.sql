select sensor, id, amount, day, share + 1e-9 as share from {{ref "readings"}} where id <> 3
union all select sensor, id, amount, day, share from {{ref "readings"}} where id = 1

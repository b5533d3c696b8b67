select id, day from {{ref "readings"}}
union all select id, day from {{ref "readings"}} where id = 1

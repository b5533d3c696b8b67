select id, sensor, day from {{ref "readings"}} where id > 100

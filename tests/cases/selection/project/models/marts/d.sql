select c.* from {{ref "c"}} as c join {{ref "e"}} as e on true

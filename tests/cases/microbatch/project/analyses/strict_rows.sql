select id, note from {{ref "strict"}} order by id

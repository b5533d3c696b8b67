select id, seen_at from {{ref "shifted"}} order by id

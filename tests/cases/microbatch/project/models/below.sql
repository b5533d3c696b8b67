select count(*) as n from {{ref "strict"}}

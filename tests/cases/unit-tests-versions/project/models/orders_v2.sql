select 3 * id as id from {{ref "base"}}

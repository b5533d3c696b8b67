select 2 * id as id from {{ref "base"}}

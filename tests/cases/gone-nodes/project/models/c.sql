{{config materialized="table"}}select cast('one' as integer) as id from {{ref "b"}}

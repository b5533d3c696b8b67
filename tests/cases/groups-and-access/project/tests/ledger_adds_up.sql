{{config group="finance"}}
select * from {{ref "ledger"}} where amount < 0

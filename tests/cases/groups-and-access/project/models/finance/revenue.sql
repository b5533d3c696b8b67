select sum(amount) as revenue from {{ref "ledger"}}

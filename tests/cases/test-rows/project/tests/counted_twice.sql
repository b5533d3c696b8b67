{{config tags=(list "singular") fail_calc="sum(amount)" error_if="> 14" warn_if="> 0"}}
select amount from {{ref "orders"}}

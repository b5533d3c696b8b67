{{config unique_key="id" predicates=(list "DBT_INTERNAL_DEST.day >= date '2026-03-02'")}}
select id, day, amount from {{ref "orders"}}

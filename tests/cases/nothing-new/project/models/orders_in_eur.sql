{{config materialized="incremental" unique_key="id" incremental_strategy="merge"}}
select arrived.id, cast(arrived.amount * rates.rate as decimal(10, 2)) as amount_eur
from {{new_rows "orders"}} as arrived
inner join {{ref "rates"}} as rates on rates.currency = arrived.currency

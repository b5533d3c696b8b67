-- Rows of the Open Bandit file that were set aside: worth a look, no reason to stop.
{{config severity="warn"}}

select *
from {{ref "stg_open_bandit_rejected"}}

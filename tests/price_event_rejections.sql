-- Events of price experiments that cannot be used: a warning, since they lie in stg_rejected_price_events with their reason.
{{config severity="warn" warn_if="> 100"}}
select _load_seq, rejection_reason
from {{ref "stg_rejected_price_events"}}

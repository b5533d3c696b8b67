-- Events of A/B tests that cannot be used: a warning, since they lie in events_rejected with their reason.
{{config severity="warn" warn_if="> 100"}}
select rejection_reason, event_id
from {{ref "events_rejected"}}

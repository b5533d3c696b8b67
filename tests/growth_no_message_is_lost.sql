-- Each line that arrived is a message with a row of its own in staging: usable and in the facts, or rejected with a reason.
select messages._load_seq, messages.rejection_reason, messages.source_event_id
from {{ref "stg_event_messages"}} as messages
left join (select distinct source_event_id from {{ref "fct_events"}}) as facts
  on facts.source_event_id = messages.source_event_id
where (messages.rejection_reason is null) = (facts.source_event_id is null)

select _load_seq, _batch_id, id, rejection_reason
from {{ref "stg_messages"}}
where rejection_reason is not null

select _load_seq, id, user_id, price
from {{ref "stg_messages"}}
where rejection_reason is null

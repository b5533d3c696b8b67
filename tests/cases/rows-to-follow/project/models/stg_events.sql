select id, at, _load_seq
from {{source "raw" "events"}}
where id > 0

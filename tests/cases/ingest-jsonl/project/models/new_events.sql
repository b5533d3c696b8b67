{{config materialized="incremental" incremental_strategy="append"}}
select event_id, _load_seq as seq
from {{new_rows (source "growth" "events")}} as n

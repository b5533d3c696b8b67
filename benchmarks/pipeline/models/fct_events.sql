{{config materialized="incremental" arrival_column="_load_seq"}}

select *
from {{new_rows "stg_events"}} as arrived

{{config materialized="incremental" unique_key="id" batch_size="day"}}
select {{batch.idd}} from {{ref "events" filter="no"}}

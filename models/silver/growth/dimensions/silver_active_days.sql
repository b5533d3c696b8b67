-- The days on which a campaign, or a variant of an experiment, was seen.
{{config materialized="incremental" unique_key=(list "entity" "entity_id" "variant" "event_date")}}

select distinct 'campaign' as entity, campaign_id as entity_id, 'none' as variant, event_date
from {{new_rows "fct_events"}} as new_events
where campaign_id <> 'none'
union all
select distinct 'experiment', experiment_id, coalesce(experiment_variant, 'none'), event_date
from {{new_rows "fct_events"}} as new_events
where experiment_id is not null

-- Each stretch of days in which a campaign was seen: a pause longer than var(campaign_idle_days) ends it.
{{config materialized="table"}}

with stretches as (
  {{active_stretches "campaign"}}
)
select
  {{surrogate_key (list "entity_id" "valid_from")}} as campaign_key,
  entity_id as campaign_id,
  valid_from,
  valid_to,
  is_current,
  last_seen_date,
  active_days
from stretches

{{!--
  The stretches of days in which campaigns or experiments were seen. One that paused for longer than
  var(campaign_idle_days) counts as active for so long after its last day, then its version is closed.
--}}
{{#macro "active_stretches" "entity"}}
select
  entity_id,
  min(event_date) as valid_from,
  case
    when max(next_date) is not null then {{days_after "max(event_date)" (add (var "campaign_idle_days") 1)}}
  end as valid_to,
  max(next_date) is null as is_current,
  max(event_date) as last_seen_date,
  count(distinct event_date) as active_days,
  string_agg(distinct variant, ',' order by variant) as variants,
  count(distinct variant) as variant_count
from (
  select
    numbered.*,
    {{!-- The day after the stretch, of the row that ends it. --}}
    case
      when lead(stretch) over (partition by entity_id order by event_date, variant, entity) <> stretch
      then lead(event_date) over (partition by entity_id order by event_date, variant, entity)
    end as next_date
  from (
    select
      flagged.*,
      sum(begins) over (partition by entity_id order by event_date, variant, entity rows unbounded preceding) as stretch
    from (
      select
        entity,
        entity_id,
        {{by_bytes "variant"}} as variant,
        event_date,
        case
          when event_date <= {{days_after
            "lag(event_date) over (partition by entity_id order by event_date, variant, entity)"
            (var "campaign_idle_days")}}
          then 0
          else 1
        end as begins
      from {{ref "silver_active_days"}}
      where entity = '{{entity}}'
    ) as flagged
  ) as numbered
) as bounded
group by entity_id, stretch
{{/macro}}

{{!-- Last day on which a campaign counts as active, of a stretch of it: as announced in var(campaign_ends), else its idle days after the last seen. --}}
{{#macro "campaign_active_until" "campaign"}}
{{#let ends=(var "campaign_ends")}}
{{#let idle=(days_after (concat campaign ".last_seen_date") (var "campaign_idle_days"))}}
{{#if ends}}
case {{campaign}}.campaign_id
  {{#each ends as |ends_on code|}}
  when '{{code}}' then date '{{ends_on}}'
  {{/each}}
  else {{idle}}
end
{{else}}
{{idle}}
{{/if}}
{{/let}}
{{/let}}
{{/macro}}

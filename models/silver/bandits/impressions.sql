-- One row per time an arm was shown, with the probability of that choice where it was logged.
with shown as (
  select
    events.*,
    {{segment_of "events"}} as segment
  from {{ref "stg_price_events"}} as events
  where event_name = 'impression_event'
),
{{!-- The selection that a shop names, else the latest that drew this arm for the session, else user, before it was shown. --}}
selected as (
  select
    event_id,
    selection_id,
    propensity
  from (
    select
      candidates.*,
      row_number() over (
        partition by event_id
        order by kind, selected_at desc, {{by_bytes "selection_id"}}
      ) as place
    from (
      {{#each (list "selection_id" "session_id" "user_id") as |column|}}
      select
        shown.event_id,
        {{@index}} as kind,
        selections.selection_id,
        selections.selected_at,
        case when selections.is_drawn then selections.propensity end as propensity
      from shown
      inner join {{ref "stg_price_selections"}} as selections
        on selections.experiment_id = shown.experiment_id
        and selections.price_id = shown.price_id
        and selections.{{column}} = shown.{{column}}
        {{#unless @first}}
        and selections.selected_at <= shown.event_timestamp + {{minutes (var "max_clock_skew_minutes")}}
      where shown.selection_id is null
        {{/unless}}
      {{#unless @last}}union all{{/unless}}
      {{/each}}
    ) as candidates
  ) as ranked
  where place = 1
)
select
  event_id as impression_id,
  experiment_id,
  item_id as price_id,
  event_timestamp,
  cast({{reporting_day_start "event_timestamp"}} as date) as event_date,
  cast(null as varchar) as user_id,
  cast(null as varchar) as session_id,
  'unknown' as device,
  position,
  propensity_score,
  '' as segment,
  cast(null as varchar) as selection_id
from {{ref "stg_open_bandit_events"}}
union all
select
  shown.event_id as impression_id,
  shown.experiment_id,
  shown.price_id,
  shown.event_timestamp,
  cast({{reporting_day_start "shown.event_timestamp"}} as date) as event_date,
  shown.user_id,
  shown.session_id,
  shown.device,
  cast(null as bigint) as position,
  selected.propensity as propensity_score,
  shown.segment,
  selected.selection_id
from shown
left join selected on selected.event_id = shown.event_id

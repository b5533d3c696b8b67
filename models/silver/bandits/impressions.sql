-- One row per time an arm was shown, with the probability of that choice where it was logged.
with shown as (
  select
    events.*,
    {{segment_of "events"}} as segment
  from {{ref "stg_price_events"}} as events
  where event_name = 'impression_event'
),
{{!-- The selection that a shop names, else the latest that drew this arm for the session, else user, before it was shown. --}}
with_selections as (
  select *
  from (
    select
      candidates.*,
      row_number() over (
        partition by event_id
        order by found_by, selected_at desc, {{by_bytes "selected"}}
      ) as place
    from (
      {{#each (list "selection_id" "session_id" "user_id") as |column|}}
      select
        shown.*,
        selections.selection_id as selected,
        selections.selected_at,
        case when selections.is_drawn then selections.propensity end as propensity,
        {{@index}} as found_by
      from shown
      inner join {{ref "stg_price_selections"}} as selections
        on selections.experiment_id = shown.experiment_id
        and selections.price_id = shown.price_id
        and selections.{{column}} = shown.{{column}}
        {{#unless @first}}
        and selections.selected_at <= shown.event_timestamp + {{minutes (var "max_clock_skew_minutes")}}
      where shown.selection_id is null
        {{/unless}}
      union all
      {{/each}}
      {{!-- Itself, where none was found. --}}
      select
        shown.*,
        null as selected,
        null as selected_at,
        null as propensity,
        3 as found_by
      from shown
    ) as candidates
  ) as ranked
  where place <= 1
)
select
  event_id as impression_id,
  experiment_id,
  item_id as price_id,
  event_timestamp,
  {{reporting_date "event_timestamp"}} as event_date,
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
  event_id as impression_id,
  experiment_id,
  price_id,
  event_timestamp,
  {{reporting_date "event_timestamp"}} as event_date,
  user_id,
  session_id,
  device,
  cast(null as bigint) as position,
  propensity as propensity_score,
  segment,
  selected as selection_id
from with_selections

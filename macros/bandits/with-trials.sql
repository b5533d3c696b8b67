{{!--
  The rows of `events` (event_id, experiment_id, price_id, event_timestamp, user_id, session_id), each with the trial_id it
  belongs to, NULL when there is none: of the same experiment, arm and session, else user, the latest whose window the
  event falls into. Joined once by session and once by user: an OR would be neither a hash nor an index join. The events
  themselves are candidates too, the last of each: a join of the events to what was found is a loop of loops where the
  database thinks that there are few.
--}}
{{#macro "with_trials" "events"}}
select *
from (
  select
    candidates.*,
    row_number() over (
      partition by event_id
      order by found_by, trial_timestamp desc, {{by_bytes "trial_id"}}
    ) as place
  from (
    {{#each (list "session_id" "user_id") as |column|}}
    select
      events.*,
      trials.trial_id,
      trials.trial_timestamp,
      {{@index}} as found_by
    from {{events}} as events
    inner join {{ref "merged_impressions"}} as trials
      on trials.experiment_id = events.experiment_id
      and trials.price_id = events.price_id
      and trials.{{column}} = events.{{column}}
      and trials.trial_timestamp <= events.event_timestamp
      and trials.window_ends_at > events.event_timestamp
    union all
    {{/each}}
    select
      events.*,
      null as trial_id,
      null as trial_timestamp,
      2 as found_by
    from {{events}} as events
  ) as candidates
) as ranked
where place <= 1
{{/macro}}

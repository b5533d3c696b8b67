{{!--
  The rows of `events` (event_id, experiment_id, price_id, event_timestamp, user_id, session_id), each with the trial it
  belongs to, NULL when there is none: of the same experiment, arm and session, else user, the latest whose window the
  event falls into. Joined once by session and once by user: an OR would be neither a hash nor an index join.
--}}
{{#macro "matched_trials" "events"}}
select
  event_id,
  trial_id
from (
  select
    candidates.*,
    row_number() over (
      partition by event_id
      order by by_user, trial_timestamp desc, {{by_bytes "trial_id"}}
    ) as place
  from (
    {{#each (list "session_id" "user_id") as |column|}}
    select
      events.event_id,
      trials.trial_id,
      trials.trial_timestamp,
      {{@index}} as by_user
    from {{events}} as events
    inner join {{ref "merged_impressions"}} as trials
      on trials.experiment_id = events.experiment_id
      and trials.price_id = events.price_id
      and trials.{{column}} = events.{{column}}
      and trials.trial_timestamp <= events.event_timestamp
      and trials.window_ends_at > events.event_timestamp
    {{#unless @last}}union all{{/unless}}
    {{/each}}
  ) as candidates
) as ranked
where place = 1
{{/macro}}

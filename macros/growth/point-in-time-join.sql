{{!--
  The rows of `labels`, a relation or a query in parentheses, each with the columns of the last row of `features` that was
  known at its time: the greatest feature_date that is not after the day of `label_time`. Both have user_id. A label and
  its features share no event, since features of a day know earlier days only. `features_wanted` says which features.
--}}
{{#macro "point_in_time_join" "labels" "features" label_time="" features_wanted=(list) adapter="duckdb"}}
select
  labels.*,
  features.feature_date{{#each features_wanted as |column|}},
  features.{{column}}{{/each}}
from (
  select labelled.*, {{reporting_date label_time}} as label_date
  from {{labels}} as labelled
) as labels
asof left join {{features}} as features
  on features.user_id = labels.user_id
  and labels.label_date >= features.feature_date
{{/macro}}

{{!-- A day's features hold until the user's next: each label meets one row of them. --}}
{{#macro "point_in_time_join" "labels" "features" label_time="" features_wanted=(list) adapter="postgres"}}
select
  labels.*,
  features.feature_date{{#each features_wanted as |column|}},
  features.{{column}}{{/each}}
from (
  select labelled.*, {{reporting_date label_time}} as label_date
  from {{labels}} as labelled
) as labels
left join (
  select days.*, lead(days.feature_date) over (partition by days.user_id order by days.feature_date) as next_date
  from {{features}} as days
) as features
  on features.user_id = labels.user_id
  and labels.label_date >= features.feature_date
  and (features.next_date is null or labels.label_date < features.next_date)
{{/macro}}

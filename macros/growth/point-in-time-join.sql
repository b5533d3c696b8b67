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
  select labelled.*, cast({{reporting_day_start label_time}} as date) as label_date
  from {{labels}} as labelled
) as labels
asof left join {{features}} as features
  on features.user_id = labels.user_id
  and labels.label_date >= features.feature_date
{{/macro}}

{{#macro "point_in_time_join" "labels" "features" label_time="" features_wanted=(list) adapter="postgres"}}
select *
from (
  select
    labels.*,
    features.feature_date{{#each features_wanted as |column|}},
    features.{{column}}{{/each}},
    row_number() over (partition by labels.label_number order by features.feature_date desc nulls last) as feature_place
  from (
    select
      labelled.*,
      cast({{reporting_day_start label_time}} as date) as label_date,
      row_number() over (order by {{label_time}}) as label_number
    from {{labels}} as labelled
  ) as labels
  left join {{features}} as features
    on features.user_id = labels.user_id
    and features.feature_date <= labels.label_date
) as joined
where feature_place = 1
{{/macro}}

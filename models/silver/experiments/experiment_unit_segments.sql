-- One row per A/B test, mature user and segment they belong to: `all`, and each declared attribute as it was at the exposure.
{{#let outcomes=(ref "mart_user_outcomes")}}
select
  outcomes.*,
  'all' as segment,
  'all' as segment_dimension,
  'all' as segment_value
from {{outcomes}} as outcomes
where outcomes.is_mature
{{#each (experiments allocation="fixed") as |experiment|}}
{{#each experiment.segments as |dimension|}}
union all
select
  outcomes.*,
  '{{dimension}}=' || coalesce(cast(outcomes.{{dimension}} as varchar), 'unknown') as segment,
  '{{dimension}}' as segment_dimension,
  coalesce(cast(outcomes.{{dimension}} as varchar), 'unknown') as segment_value
from {{outcomes}} as outcomes
where outcomes.is_mature
  and outcomes.experiment_id = {{string_literal experiment.name}}
{{/each}}
{{/each}}
{{/let}}

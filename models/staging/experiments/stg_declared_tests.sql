-- One row per declared A/B test: what experiments: of a properties file says, as a relation.
{{config materialized="table"}}

{{#each (experiments allocation="fixed") as |experiment|}}
select
  {{string_literal experiment.name}} as experiment_id,
  {{string_literal (escape_single_quotes experiment.label)}} as label,
  {{#if experiment.exposure_event}}{{string_literal experiment.exposure_event}}{{else}}'{{var "experiment_exposure_event"}}'{{/if}} as exposure_event,
  cast({{experiment.windows.outcome_days}} as double precision) as outcome_window_days,
  cast({{experiment.windows.covariate_days}} as double precision) as covariate_window_days,
  cast({{#if (eq experiment.planned_n null)}}null{{else}}{{experiment.planned_n}}{{/if}} as bigint) as planned_users,
  cast({{#if (eq experiment.start null)}}null{{else}}'{{experiment.start}}'{{/if}} as timestamp) as starts_at,
  cast({{#if (eq experiment.end null)}}null{{else}}'{{experiment.end}}'{{/if}} as timestamp) as ends_at
union all
{{/each}}
{{no_rows (list "varchar" "varchar" "varchar" "double precision" "double precision" "bigint" "timestamp" "timestamp")}}

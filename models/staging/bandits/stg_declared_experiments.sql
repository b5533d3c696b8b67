-- One row per declared bandit: what experiments: of a properties file says, as a relation.
{{config materialized="table"}}

{{#each (experiments allocation="adaptive") as |experiment|}}
select
  {{string_literal experiment.name}} as experiment_id,
  {{string_literal experiment.objective}} as objective,
  cast({{experiment.weights.conversion}} as double precision) as conversion_weight,
  cast({{experiment.weights.revenue}} as double precision) as revenue_weight,
  cast({{experiment.weights.cost}} as double precision) as cost_weight,
  {{number_or_null experiment.limits.min_conversion_rate}} as min_conversion_rate,
  {{string_literal (join experiment.context ",")}} as context,
  {{string_literal experiment.conversion_type}} as conversion_type,
  {{string_literal experiment.unit}} as trial_unit,
  {{string_literal experiment.count_from}} as count_from,
  cast({{experiment.windows.conversion_hours}} as double precision) as conversion_window_hours,
  {{number_or_null experiment.half_life_hours}} as half_life_hours,
  cast({{experiment.holdout_share}} as double precision) as holdout_share,
  cast({{experiment.min_share}} as double precision) as min_share,
  cast({{experiment.priors.alpha}} as double precision) as prior_alpha,
  cast({{experiment.priors.beta}} as double precision) as prior_beta,
  cast({{experiment.priors.empirical_strength}} as double precision) as empirical_prior_strength,
  {{number_or_null experiment.priors.mean}} as prior_mean,
  {{number_or_null experiment.priors.kappa}} as prior_kappa,
  {{number_or_null experiment.priors.gamma_alpha}} as prior_gamma_alpha,
  {{number_or_null experiment.priors.gamma_beta}} as prior_gamma_beta,
  cast({{#if (eq experiment.start null)}}null{{else}}'{{experiment.start}}'{{/if}} as timestamp) as starts_at,
  cast({{#if (eq experiment.end null)}}null{{else}}'{{experiment.end}}'{{/if}} as timestamp) as ends_at
union all
{{/each}}
{{no_rows (list
  "varchar" "varchar" "double precision" "double precision" "double precision" "double precision" "varchar"
  "varchar" "varchar" "varchar" "double precision" "double precision"
  "double precision" "double precision" "double precision" "double precision" "double precision"
  "double precision" "double precision" "double precision" "double precision"
  "timestamp" "timestamp")}}

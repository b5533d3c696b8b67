-- One row per bandit: what it decides by, and when it ran. Those of a file are what its events name, the others are declared.
with from_file as (
  select
    experiment_id,
    policy,
    campaign,
    min(event_timestamp) as first_event_at,
    max(event_timestamp) as last_event_at
  from {{ref "stg_open_bandit_events"}}
  group by experiment_id, policy, campaign
),
live as (
  select
    experiment_id,
    min(event_timestamp) as first_event_at,
    max(event_timestamp) as last_event_at
  from {{ref "stg_price_events"}}
  group by experiment_id
)
select
  experiment_id,
  'file' as origin,
  policy,
  campaign,
  'conversion' as objective,
  cast(1 as double precision) as conversion_weight,
  cast(0 as double precision) as revenue_weight,
  cast(0 as double precision) as cost_weight,
  cast(null as double precision) as min_conversion_rate,
  '' as context,
  'click' as conversion_type,
  'impression' as trial_unit,
  'trial' as count_from,
  cast(0 as double precision) as conversion_window_hours,
  cast(null as double precision) as half_life_hours,
  cast(0 as double precision) as holdout_share,
  cast({{var "min_share"}} as double precision) as min_share,
  cast({{var "prior_alpha" 1}} as double precision) as prior_alpha,
  cast({{var "prior_beta" 1}} as double precision) as prior_beta,
  cast({{var "empirical_prior_strength" 100}} as double precision) as empirical_prior_strength,
  cast(null as double precision) as prior_mean,
  cast(1 as double precision) as prior_kappa,
  cast(1 as double precision) as prior_gamma_alpha,
  cast(null as double precision) as prior_gamma_beta,
  cast(null as timestamp) as starts_at,
  cast(null as timestamp) as ends_at,
  first_event_at,
  last_event_at
from from_file
union all
select
  declared.experiment_id,
  'declared' as origin,
  'adaptive' as policy,
  null as campaign,
  declared.objective,
  declared.conversion_weight,
  declared.revenue_weight,
  declared.cost_weight,
  declared.min_conversion_rate,
  declared.context,
  declared.conversion_type,
  declared.trial_unit,
  declared.count_from,
  declared.conversion_window_hours,
  declared.half_life_hours,
  declared.holdout_share,
  declared.min_share,
  declared.prior_alpha,
  declared.prior_beta,
  declared.empirical_prior_strength,
  declared.prior_mean,
  declared.prior_kappa,
  declared.prior_gamma_alpha,
  declared.prior_gamma_beta,
  declared.starts_at,
  declared.ends_at,
  live.first_event_at,
  live.last_event_at
from {{ref "stg_declared_experiments"}} as declared
left join live on live.experiment_id = declared.experiment_id

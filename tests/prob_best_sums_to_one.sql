-- Within each experiment, segment and model the probabilities of being best add up to 1.
select
  experiment_id,
  segment,
  model,
  sum(prob_best) as prob_best_total
from {{ref "posterior_parameters"}}
where message is null
group by experiment_id, segment, model
having not abs(sum(prob_best) - 1) <= 0.000001

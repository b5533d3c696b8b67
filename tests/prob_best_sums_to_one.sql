-- Within each experiment and model the probabilities of being best add up to 1.
select
  experiment_id,
  model,
  sum(prob_best) as prob_best_total
from {{ref "posterior_parameters"}}
where message is null
group by experiment_id, model
having not abs(sum(prob_best) - 1) <= 0.000001

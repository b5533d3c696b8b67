-- The shares of an experiment, and of each of its segments, sum to 1, unless no arm may be drawn.
select experiment_id, segment, sum(weight) as weights
from {{ref "bandit_weights"}}
group by experiment_id, segment
having abs(sum(weight) - 1e0) > 1e-9
  and max(case when is_available then 1 else 0 end) = 1

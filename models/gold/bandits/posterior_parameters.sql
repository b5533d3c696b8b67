-- The posterior of every arm by each model: the latest snapshot of silver.posterior_snapshots.
select
  snapshots.snapshot_id,
  snapshots.as_of,
  snapshots.experiment_id,
  snapshots.price_id,
  snapshots.model,
  snapshots.trials,
  snapshots.successes,
  snapshots.failures,
  snapshots.alpha,
  snapshots.beta,
  snapshots.posterior_mean,
  snapshots.posterior_sd,
  snapshots.ci_low,
  snapshots.ci_high,
  snapshots.prob_best,
  snapshots.expected_loss,
  snapshots.prob_best_sum,
  snapshots.message,
  snapshots.n,
  snapshots.mean,
  snapshots.variance,
  snapshots.df,
  snapshots.effective_trials,
  coalesce(snapshots.segment, '') as segment
from {{ref "posterior_snapshots"}} as snapshots
where snapshots.publication = (select max(latest.publication) from {{ref "posterior_snapshots"}} as latest)
  {{!-- Where nothing is known any more nothing is published, and what was known last is not what is known now. --}}
  and exists (select 1 from {{ref "posterior_now"}} as known)

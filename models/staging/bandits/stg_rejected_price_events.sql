-- The dead letters among the events of price experiments: those that cannot be used, as they came, with the reason.
select
  arrived.origin,
  arrived._load_seq,
  arrived._batch_id,
  arrived.processed_at,
  coalesce(
    arrived.rejection_reason,
    case when experiments.experiment_id is null then 'unknown_experiment' else 'unknown_price' end
  ) as rejection_reason,
  arrived.event_name,
  arrived.experiment_id,
  arrived.price_id,
  arrived.sent_timestamp,
  arrived.user_id,
  arrived.session_id,
  arrived.sent_outcome,
  arrived.sent_amount,
  arrived.sent_currency
from {{ref "stg_price_event_log"}} as arrived
left join {{ref "stg_declared_experiments"}} as experiments on experiments.experiment_id = arrived.experiment_id
left join {{ref "stg_declared_arms"}} as arms
  on arms.experiment_id = arrived.experiment_id
  and arms.price_id = arrived.price_id
where arrived.rejection_reason is not null
  or arms.price_id is null

-- One row per arm: whether it may be drawn, what it has sold and spent, and what people said of it and of its experiment.
with said as (
  select
    experiment_id,
    price_id,
    max(case when action = 'end' then 1 else 0 end) as is_ended,
    max(case when is_latest = 1 and action = 'pause' then 1 else 0 end) as is_paused,
    max(case when is_latest = 1 and action = 'budget' then 1 else 0 end) as is_budget_set,
    max(case when is_latest = 1 and action = 'budget' then budget_after end) as budget,
    count(*) as actions
  from {{ref "stg_bandit_actions"}}
  group by experiment_id, price_id
),
sold as (
  select
    experiment_id,
    price_id,
    sum(is_amount) as amounts,
    sum(is_conversion) as conversions,
    sum(amount) as revenue
  from (
    select experiment_id, price_id, 1 as is_amount, 0 as is_conversion, cast(amount as double precision) as amount
    from {{ref "revenues"}}
    union all
    select experiment_id, price_id, 0 as is_amount, 1 as is_conversion, 0e0 as amount
    from {{ref "conversions"}}
  ) as sales
  group by experiment_id, price_id
),
measured as (
  select
    bandits.experiment_id,
    bandits.price_id,
    case
      when whole.is_ended = 1 or experiments.ends_at <= clock.as_of then 'ended'
      when whole.is_paused = 1 then 'paused'
      else 'running'
    end as experiment_state,
    case
      when own.is_ended = 1 then 'ended'
      when own.is_paused = 1 then 'paused'
      else 'running'
    end as arm_state,
    bandits.stock,
    {{!-- A sale that tells its money and its conversion is one. --}}
    greatest(coalesce(sold.amounts, 0), coalesce(sold.conversions, 0)) as units,
    case when own.is_budget_set = 1 then own.budget else bandits.budget end as budget,
    whole.budget as experiment_budget,
    case
      when bandits.cost is null then coalesce(sold.revenue, 0e0)
      else bandits.cost * greatest(coalesce(sold.amounts, 0), coalesce(sold.conversions, 0))
    end as spent,
    coalesce(bandits.cost = 0e0, false) as is_free,
    coalesce(whole.actions, 0) + coalesce(own.actions, 0) as actions
  from {{ref "bandits"}} as bandits
  inner join {{ref "experiments"}} as experiments on experiments.experiment_id = bandits.experiment_id
  cross join {{ref "bandit_clock"}} as clock
  left join said as whole
    on whole.experiment_id = bandits.experiment_id
    and whole.price_id is null
  left join said as own
    on own.experiment_id = bandits.experiment_id
    and own.price_id = bandits.price_id
  left join sold
    on sold.experiment_id = bandits.experiment_id
    and sold.price_id = bandits.price_id
)
select
  experiment_id,
  price_id,
  experiment_state,
  arm_state,
  stock,
  units,
  budget,
  spent,
  actions,
  case
    when arm_state = 'ended' then 'the arm is ended'
    when arm_state = 'paused' then 'the arm is paused'
    when units >= stock then 'its stock is sold'
    when spent >= budget then 'its budget is used up'
    when not is_free and sum(spent) over (partition by experiment_id) >= experiment_budget
      then 'the budget of the experiment is used up'
  end as unavailable_because
from measured

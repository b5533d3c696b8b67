{{!--
  What another policy would have earned on the choices that were logged, by weighting each row with how much likelier the
  other policy makes the choice that was made.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per logged choice |
  | keys | the columns that name a group (an experiment, a policy); `(list)` for one group |
  | reward | of the row: a number, or a boolean that counts as 1 or 0 |
  | propensity | the probability with which the choice was made, as logged |
  | target_propensity | the probability with which the other policy would have made it |

  Columns, one row per group: the keys, then

  | column | |
  |---|---|
  | n | rows |
  | ips, ips_se | mean of weight * reward, and its standard error; weight = target_propensity / propensity |
  | snips, snips_se | sum of weight * reward over sum of weight, and its standard error: less noise for a little bias |
  | ess | effective sample size, (sum of weight)^2 / sum of weight^2 |
  | message | NULL, or why no verdict may be built on the row |

  With a message that the input is none (a NULL, a probability that is none, a choice that the target makes and the log
  cannot have made) the figures are NULL. With a guard's message they stand, to be looked at and not relied on: one
  row has more than a tenth of all weight, ess is below 100, or the mean weight differs from 1 by more than 3 standard
  errors (then a propensity is wrong, or the log never makes some of the target's choices).

  Sources: Horvitz and Thompson (1952), Journal of the American Statistical Association 47, 663-685; Swaminathan and
  Joachims (2015), NIPS, "The self-normalized estimator for counterfactual learning"; Owen, Monte Carlo, 9.
--}}
{{#macro "off_policy_value" "rel" "keys" "reward" "propensity" "target_propensity"}}
with policy_rows as (
  select
    {{numbered_keys keys}}
    {{number_of reward}} as reward_given,
    cast({{propensity}} as double precision) as logged,
    cast({{target_propensity}} as double precision) as target
  from {{rel}} as logged_choices
),
policy_weights as (
  select
    policy_rows.*,
    {{within_bounds "reward_given"}} as reward,
    case
      when reward_given is null or logged is null or target is null then 'reward, propensity or target_propensity is null'
      when not (logged >= 0e0 and logged <= 1.000000001e0 and target >= 0e0 and target <= 1.000000001e0)
      then 'propensity or target_propensity is not between 0 and 1'
      when logged < 1e-30 and target > 0e0 then 'target_propensity is above 0 where propensity is 0'
      when not abs(reward_given) <= 1e30 then 'reward is not between -1e30 and 1e30'
    end as row_message,
    case when logged >= 1e-30 then case when target < 1e-30 then 0e0 else target / logged end else 0e0 end as weight
  from policy_rows
),
policy_sums as {{materialized}} (
  select
    {{each_numbered_key keys}}
    count(*) as n,
    min(row_message) as row_message,
    sum(weight) as weight,
    max(weight) as largest,
    sum(weight * weight) as square,
    avg(weight) as weight_mean,
    stddev_samp(weight) as weight_deviation,
    sum(weight * reward) as earned,
    avg(weight * reward) as earned_mean,
    stddev_samp(weight * reward) as earned_deviation,
    sum(weight * weight * reward) as square_earned,
    sum(weight * weight * reward * reward) as square_earned_square
  from (
    select
      {{each_numbered_key keys}}
      row_message,
      case when row_message is null then weight end as weight,
      case when row_message is null then reward end as reward
    from policy_weights
    {{fence}}
  ) as weighted
  {{#if keys}}
  group by {{numbered_key_list keys}}
  {{/if}}
),
policy_values as (
  select
    judged.*,
    earned / case when message is null then weight end as snips
  from (
    select
      policy_sums.*,
      case
        when n = 0 then 'no rows'
        when row_message is not null then row_message
        when weight = 0e0 then 'no row has a weight'
      end as message
    from policy_sums
    {{fence}}
  ) as judged
)
select
  {{named_keys keys}}
  n,
  case when message is null then earned_mean end as ips,
  case when message is null then earned_deviation / sqrt(n) end as ips_se,
  snips,
  sqrt(greatest(square_earned_square - 2e0 * snips * square_earned + snips * snips * square, 0e0))
    / case when message is null then weight end as snips_se,
  case when message is null then weight * weight / square end as ess,
  case
    when message is not null then message
    when largest > 1e-1 * weight then 'one row has more than a tenth of the weight'
    when weight * weight / square < 1e2 then 'the effective sample size is below 100'
    when abs(weight_mean - 1e0) > 3e0 * weight_deviation / sqrt(n) + 1e-9
    then 'the mean weight is not 1 within 3 standard errors'
  end as message
from policy_values
{{/macro}}

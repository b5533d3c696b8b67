{{!--
  The shares with which a bandit draws its arms next, from the chance of each to be the best (Thompson sampling): published
  with a snapshot, drawn from, and logged with the choice, so that each choice's propensity is exact.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses, such as a posterior: one row per group and arm |
  | keys | the columns that name a group (an experiment, a segment); `(list)` for one group |
  | arm, prob_best | columns of rel, or expressions over them |
  | min_share | the floor under each arm, cut to half of an equal share: min(min_share, 0.5 / arms) |
  | holdout_share | the share of traffic that does not follow the bandit: it measures what the bandit is worth |
  | holdout | the share of the arm within that traffic: a column or a number; equal shares by default |
  | available | a condition on the row: an arm for which it is not true (no stock, no budget) gets 0, and the others are rescaled |

  Columns: the keys, then arm, prob_best, weight (the weights of a group add up to 1), and message. With K arms

    weight = holdout_share * holdout + (1 - holdout_share) * (floor + (1 - K * floor) * prob_best)

  Where no arm has a prob_best (nothing was tried yet) the arms share equally, with a message. An arm without one beside
  others that have it gets the floor. Source: Thompson (1933), Biometrika 25, 285-294.
--}}
{{#macro "bandit_weights" "rel" "keys" "arm" "prob_best" min_share=0.01 holdout_share=0 holdout=null available="true"}}
{{#if (or (ne (type_of min_share) "number") (ne (type_of holdout_share) "number"))}}
{{raise (concat "bandit_weights: expected numbers for min_share and holdout_share, found " (to_json min_share) " and " (to_json holdout_share))}}
{{else if (or (lt min_share 0) (gt min_share 1) (lt holdout_share 0) (gt holdout_share 1))}}
{{raise (concat "bandit_weights: expected min_share and holdout_share between 0 and 1, found " min_share " and " holdout_share)}}
{{/if}}
with weight_inputs as {{materialized}} (
  select
    {{numbered_keys keys}}
    {{arm}} as arm,
    cast({{prob_best}} as double precision) as prob_best,
    {{#if (eq holdout null)}}
    cast(1 as double precision) as holdout,
    {{else}}
    coalesce(cast({{holdout}} as double precision), 0e0) as holdout,
    {{/if}}
    case when {{available}} then 1e0 else 0e0 end as available
  from {{rel}} as arm_chances
),
weight_groups as {{materialized}} (
  select
    weight_inputs.*,
    cast(count(*) over whole_group as double precision) as arms,
    max(available) over whole_group as any_available,
    count(*) over (partition by {{numbered_key_list keys "weight_inputs."}}, arm) as rows_of_arm,
    case when prob_best >= 0e0 and prob_best <= 1.000001e0 then prob_best end as chance,
    sum(case when prob_best >= 0e0 and prob_best <= 1.000001e0 then prob_best end) over whole_group as chance_sum,
    min(holdout) over whole_group as least_holdout,
    sum(greatest(holdout, 0e0)) over whole_group as holdout_sum
  from weight_inputs
  window whole_group as (partition by {{numbered_key_list keys "weight_inputs."}})
),
weight_shares as {{materialized}} (
  select
    floored.*,
    available * (
      {{holdout_share}} * case when holdout_sum > 0e0 then greatest(holdout, 0e0) / holdout_sum else 1e0 / arms end
      + (1 - {{holdout_share}}) * (
        least_share + (1e0 - arms * least_share) * case
          when chance_sum > 0e0 then coalesce(chance, 0e0) / chance_sum
          else 1e0 / arms
        end
      )
    ) as share
  from (
    select
      weight_groups.*,
      least(cast({{min_share}} as double precision), 5e-1 / arms) as least_share
    from weight_groups
    {{fence}}
  ) as floored
)
select
  {{named_keys keys}}
  arm,
  prob_best,
  share / nullif(sum(share) over (partition by {{numbered_key_list keys "weight_shares."}}), 0e0) as weight,
  case
    when rows_of_arm > 1 then 'expected one row per arm, found several'
    when any_available = 0e0 then 'no arm is available'
    when least_holdout < 0e0 then 'holdout is negative'
    when chance_sum is null then 'prob_best is null: equal shares'
    when prob_best is null then 'prob_best is null: the least share'
    when chance is null then 'prob_best is not between 0 and 1: the least share'
    when not abs(chance_sum - 1e0) <= 1e-6 then 'prob_best of the group does not add up to 1: rescaled'
  end as message
from weight_shares
{{/macro}}

{{!--
  The shares with which a bandit draws its arms next, from the chance of each to be the best (Thompson sampling): published
  with a snapshot, drawn from, and logged with the choice, so that each choice's propensity is exact.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses, such as a posterior: one row per group and arm |
  | keys | the columns that name a group (an experiment, a segment); `(list)` for one group |
  | arm, prob_best | columns of rel, or expressions over them |
  | min_share | the floor under each arm, cut to half of an equal share: min(min_share, 0.5 / arms); a number, or a column of rel when each group has its own |
  | holdout_share | the share of traffic that does not follow the bandit: it measures what the bandit is worth; a number, or a column of rel |
  | holdout | the share of the arm within that traffic: a column or a number; equal shares by default |
  | available | a condition on the row: an arm for which it is not true (no stock, no budget) gets 0, and the others are rescaled |

  Columns: the keys, then arm, prob_best, weight (the weights of a group add up to 1), and message. With K arms

    weight = holdout_share * holdout + (1 - holdout_share) * (floor + (1 - K * floor) * prob_best)

  Where no arm has a prob_best (nothing was tried yet) the arms share equally, with a message. An arm without one beside
  others that have it gets the floor. Source: Thompson (1933), Biometrika 25, 285-294.
--}}
{{#macro "bandit_weights" "rel" "keys" "arm" "prob_best" min_share=0.01 holdout_share=0 holdout=null available="true"}}
{{check_share "min_share" min_share}}
{{check_share "holdout_share" holdout_share}}
with weight_inputs as {{materialized}} (
  select
    {{numbered_keys keys}}
    {{arm}} as arm,
    cast({{prob_best}} as double precision) as prob_best,
    cast({{min_share}} as double precision) as min_share,
    cast({{holdout_share}} as double precision) as holdout_share,
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
    {{!-- Those of a group are one number; what is none is 0, with a message. --}}
    coalesce(max(case when min_share between 0e0 and 1e0 then min_share end) over whole_group, 0e0) as floor_wanted,
    coalesce(max(case when holdout_share between 0e0 and 1e0 then holdout_share end) over whole_group, 0e0) as held_out,
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
      held_out * case when holdout_sum > 0e0 then greatest(holdout, 0e0) / holdout_sum else 1e0 / arms end
      + (1e0 - held_out) * (
        least_share + (1e0 - arms * least_share) * case
          when chance_sum > 0e0 then coalesce(chance, 0e0) / chance_sum
          else 1e0 / arms
        end
      )
    ) as share
  from (
    select
      weight_groups.*,
      least(floor_wanted, 5e-1 / arms) as least_share
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
    when min_share is null or holdout_share is null or not (min_share between 0e0 and 1e0 and holdout_share between 0e0 and 1e0)
      or min_share <> floor_wanted or holdout_share <> held_out
    then 'min_share or holdout_share is not one number between 0 and 1 for the group'
    when any_available = 0e0 then 'no arm is available'
    when least_holdout < 0e0 then 'holdout is negative'
    when chance_sum is null then 'prob_best is null: equal shares'
    when prob_best is null then 'prob_best is null: the least share'
    when chance is null then 'prob_best is not between 0 and 1: the least share'
    when not abs(chance_sum - 1e0) <= 1e-6 then 'prob_best of the group does not add up to 1: rescaled'
  end as message
from weight_shares
{{/macro}}

{{!-- A number must be a share; a column or expression is looked at row by row. --}}
{{#macro "check_share" "name" "value"}}
{{#if (eq (type_of value) "number")}}
{{#if (or (lt value 0) (gt value 1))}}
{{raise (concat "bandit_weights: expected " name " between 0 and 1, found " value)}}
{{/if}}
{{else if (ne (type_of value) "text")}}
{{raise (concat "bandit_weights: expected a number or a column for " name ", found " (to_json value))}}
{{/if}}
{{/macro}}

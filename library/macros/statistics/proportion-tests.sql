{{!--
  Two conversion rates, each variant against the control of its group.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per group and variant |
  | keys | the columns that name a group (an experiment, a segment); `(list)` for one group |
  | variant | the column that names the variant: text, number, anything |
  | control | which variant is the control: a condition (`is_control`) or a value in SQL (`'control'`) |
  | users, conversions | columns of rel, or expressions over them |
  | level | of the confidence interval, between 0 and 1 |

  Columns, for each variant but the control: the keys, then

  | column | |
  |---|---|
  | variant | as given |
  | control_users, control_conversions, control_rate | of the group's control |
  | users, conversions, rate | of the variant |
  | lift, relative_lift | rate - control_rate, and that divided by control_rate (NULL when it is 0) |
  | z, p_value | of the two-sided z-test with the pooled rate |
  | ci_low, ci_high | of lift, unpooled: lift -+ critical * sqrt(r (1 - r) / n + r0 (1 - r0) / n0) |
  | message | NULL, or why there is no answer; then lift to ci_high are NULL. A control without a variant is a row with a message |

  p-values to 1e-15 absolute and 1e-12 relative, also in the far tail. With under 10 conversions the normal approximation
  is rough: `message` does not say so. Source: Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3.
--}}
{{#macro "two_proportion_test" "rel" "keys" "variant" "control" "users" "conversions" level=0.95}}
{{check_level "two_proportion_test" level}}
with variant_inputs as {{materialized}} (
  select
    counts.*,
    {{count_message "user_count" "conversion_count" "users" "conversions"}} as row_message
  from (
    select
      {{numbered_keys keys}}
      {{variant}} as variant,
      {{is_control_variant variant control}} as is_control,
      {{users}} as users,
      {{conversions}} as conversions,
      cast({{users}} as double precision) as user_count,
      cast({{conversions}} as double precision) as conversion_count
    from {{rel}} as variant_counts
    {{fence}}
  ) as counts
),
{{variant_pairs keys (list "users" "conversions" "user_count" "conversion_count" "row_message")}},
rates as {{materialized}} (
  select
    variant_pairs.*,
    case when row_message is null then conversion_count / user_count end as rate,
    case when control_row_message is null then control_conversion_count / control_user_count end as control_rate,
    case
      when pair_message is not null then pair_message
      when conversion_count + control_conversion_count = 0e0 then 'no conversions'
      when
        (conversion_count = 0e0 or conversion_count = user_count)
        and (control_conversion_count = 0e0 or control_conversion_count = control_user_count)
      then 'in each variant all users convert or none'
    end as message
  from variant_pairs
),
errors as {{materialized}} (
  select
    deviations.*,
    abs(z) * 7.071067811865476e-1 as scaled_z
  from (
    select
      pooled_rates.*,
      lift / sqrt(pooled * (1e0 - pooled) * (1e0 / nullif(user_count, 0e0) + 1e0 / nullif(control_user_count, 0e0))) as z,
      sqrt(
        rate * (1e0 - rate) / user_count + control_rate * (1e0 - control_rate) / control_user_count
      ) as std_error
    from (
      select
        rates.*,
        case when message is null then rate - control_rate end as lift,
        case
          when message is null
          then (conversion_count + control_conversion_count) / (user_count + control_user_count)
        end as pooled
      from rates
      {{fence}}
    ) as pooled_rates
    {{fence}}
  ) as deviations
)
select
  {{named_keys keys}}
  variant,
  control_users,
  control_conversions,
  control_rate,
  users,
  conversions,
  rate,
  lift,
  lift / nullif(control_rate, 0e0) as relative_lift,
  z,
  {{two_sided_p_value "scaled_z"}} as p_value,
  lift - critical * std_error as ci_low,
  lift + critical * std_error as ci_high,
  {{message_or_no_rows "message" "group_id"}} as message
{{from_rows_of_groups keys "errors"}}
cross join {{normal_quantile level}} as quantiles
{{/macro}}

{{!-- Why two counts are none, or NULL: `whole` and `part` are columns of doubles, the names are for the message. --}}
{{#macro "count_message" "whole" "part" "whole_name" "part_name"}}
case
  when {{whole}} is null or {{part}} is null then '{{whole_name}} or {{part_name}} is null'
  when not ({{whole}} >= 0e0 and {{part}} >= 0e0) then '{{whole_name}} or {{part_name}} is negative'
  when not {{whole}} <= 1e15 then 'more than 1e15 {{whole_name}}'
  when not {{part}} <= {{whole}} then 'more {{part_name}} than {{whole_name}}'
  when {{whole}} = 0e0 then 'no {{whole_name}}'
end
{{/macro}}

{{!--
  Sample-ratio mismatch: whether users were split over the variants as configured. Pearson's chi-square test of each
  group's users against the shares, with one degree of freedom less than there are variants with a share above 0.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per group and variant |
  | keys | the columns that name a group; `(list)` for one group |
  | variant, users | columns of rel, or expressions over them |
  | share | the configured share of the variant, on any scale (0.5, 50, 1): a column, or a number for all; equal shares by default |
  | threshold | `passed` is true from this p-value on: small, since the check is made again and again |

  Columns, one row per group: the keys, then variants (with a share), users (in them), statistic, df, p_value, passed,
  message. A variant whose share is 0 does not count. The message says why there is no p-value: one variant, no users, a NULL.
  Sources: Pearson (1900), Philosophical Magazine 50, 157-175; Fabijan et al. (2019), KDD, for what a mismatch means.
--}}
{{#macro "srm_test" "rel" "keys" "variant" "users" share=1 threshold=0.001}}
{{check_level "srm_test" threshold name="threshold"}}
with variant_inputs as {{materialized}} (
  select
    {{numbered_keys keys}}
    {{variant}} as variant,
    cast({{users}} as double precision) as users_given,
    cast({{share}} as double precision) as share_given
  from {{rel}} as variant_counts
),
variant_bounded as {{materialized}} (
  select
    variant_inputs.*,
    case when abs(users_given) <= 1e15 then users_given end as user_count,
    case when abs(share_given) < 1e-15 then 0e0 when abs(share_given) <= 1e15 then share_given end as share
  from variant_inputs
),
variant_rows as {{materialized}} (
  select
    variant_bounded.*,
    case when share > 0e0 then 1 end as is_counted,
    count(*) over (partition by {{numbered_key_list keys "variant_bounded."}}, variant) as variant_rows,
    sum(case when share > 0e0 then user_count end) over whole_group as group_users,
    sum(case when share > 0e0 then share end) over whole_group as group_share
  from variant_bounded
  window whole_group as (partition by {{numbered_key_list keys "variant_bounded."}})
),
splits as {{materialized}} (
  select
    splits_judged.*,
    case when message is null then distance end as statistic,
    case when message is null then variants - 1 end as df
  from (
    select
      splits_added.*,
      case
        when row_count = 0 then 'no rows'
        when rows_of_variant > 1 then 'expected one row per variant, found several'
        when unknown_count > 0 then 'variant, users or share is null'
        when not (least_users >= 0e0 and least_share >= 0e0) then 'users or share is negative'
        when not (most_users <= 1e15 and most_share <= 1e15) then 'users or share is above 1e15'
        when variants = 0 then 'no variant with a share'
        when variants = 1 then 'one variant, with nothing to compare'
        when users = 0e0 then 'no users'
      end as message
    from (
      select
        {{each_numbered_key keys}}
        count(*) as row_count,
        count(is_counted) as variants,
        max(group_users) as users,
        max(variant_rows) as rows_of_variant,
        sum(case when variant is null or users_given is null or share_given is null then 1 else 0 end) as unknown_count,
        min(users_given) as least_users,
        max(users_given) as most_users,
        min(share_given) as least_share,
        max(share_given) as most_share,
        sum(
          case when is_counted = 1 then
            (user_count - group_users * (share / group_share)) * (user_count - group_users * (share / group_share))
            / nullif(group_users * (share / group_share), 0e0)
          end
          order by variant
        ) as distance
      from variant_rows
      {{#if keys}}
      group by {{numbered_key_list keys}}
      {{/if}}
      {{fence}}
    ) as splits_added
    {{fence}}
  ) as splits_judged
)
select
  {{named_keys keys}}
  variants,
  users,
  statistic,
  df,
  p_value,
  p_value >= {{threshold}} as passed,
  message
from (
  select splits.*, {{chi2_sf "statistic" "df"}} as p_value
  from splits
  {{fence}}
) as tested
{{/macro}}

{{!--
  Means adjusted by what was known of each user before the experiment, each variant against the control of its group
  (CUPED). The adjusted measure is value - theta * (covariate - mean of covariate), theta the regression slope within
  variants; its mean differs from the plain one by chance only, and its variance is smaller the better the covariate
  predicts the value. Then as `welch_test`.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per user |
  | keys, variant, control | as in `two_proportion_test` |
  | value | the measure: a column of rel, or an expression; a boolean counts as 1 or 0 |
  | covariate | a measure from before the first exposure, such as the same one in the 14 days before it; 0 for those without. One that the variant may have changed makes the result wrong |
  | level | of the confidence interval, between 0 and 1 |

  Columns, for each variant but the control: the keys, then

  | column | |
  |---|---|
  | variant | as given |
  | control_users, control_mean, control_adjusted_mean | of the group's control |
  | users, mean, adjusted_mean | of the variant |
  | theta | pooled within all variants of the group; 0 when the covariate does not vary |
  | variance_reduction | the share of the variance within variants that is gone, 0 to 1 |
  | lift, relative_lift | adjusted_mean - control_adjusted_mean, and that divided by control_adjusted_mean |
  | std_error, t, df, p_value, ci_low, ci_high | as `welch_test`, of the adjusted measure |
  | message | NULL, or why there is no answer; then lift to ci_high are NULL |

  Source: Deng, Xu, Kohavi and Walker (2013), WSDM, "Improving the sensitivity of online controlled experiments by
  utilizing pre-experiment data".
--}}
{{#macro "cuped" "rel" "keys" "variant" "control" "value" "covariate" level=0.95}}
{{check_level "cuped" level}}
with cuped_rows as (
  select
    {{each_numbered_key keys}}
    variant,
    is_control,
    case when value_given is null or covariate_given is null then 1 else 0 end as is_unknown,
    {{within_bounds "value_given"}} as value,
    {{within_bounds "covariate_given"}} as covariate
  from (
    select
      {{numbered_keys keys}}
      {{variant}} as variant,
      {{is_control_variant variant control}} as is_control,
      {{number_of value}} as value_given,
      {{number_of covariate}} as covariate_given
    from {{rel}} as user_rows
    {{fence}}
  ) as given
),
cuped_moments as {{materialized}} (
  select
    {{each_numbered_key keys}}
    variant,
    is_control,
    count(*) as users,
    sum(is_unknown) as unknown_count,
    sum(case when value is null or covariate is null then 1 else 0 end) as outside_count,
    avg(value) as value_mean,
    avg(covariate) as covariate_mean,
    var_samp(value) as value_variance,
    var_samp(covariate) as covariate_variance,
    covar_samp(value, covariate) as covariance
  from cuped_rows
  group by {{each_numbered_key keys}} variant, is_control
),
cuped_slopes as {{materialized}} (
  select
    pooled.*,
    case when pooled_covariate > 0e0 then pooled_product / pooled_covariate else 0e0 end as theta
  from (
    select
      cuped_moments.*,
      sum((users - 1) * covariance) over whole_group as pooled_product,
      sum((users - 1) * covariate_variance) over whole_group as pooled_covariate,
      sum((users - 1) * value_variance) over whole_group as pooled_value,
      sum(users * covariate_mean) over whole_group / sum(users) over whole_group as group_covariate_mean
    from cuped_moments
    window whole_group as (partition by {{numbered_key_list keys "cuped_moments."}})
    {{fence}}
  ) as pooled
),
variant_inputs as {{materialized}} (
  select
    adjusted.*,
    case
      when unknown_count > 0 then 'value or covariate is null'
      when outside_count > 0 then 'value or covariate is not between -1e30 and 1e30'
      else {{moments_message "user_count" "average" "sample_variance"}}
    end as row_message
  from (
    select
      cuped_slopes.*,
      cast(users as double precision) as user_count,
      value_mean - theta * (covariate_mean - group_covariate_mean) as average,
      {{!-- What is left of the terms when they cancel is rounding, not variance. --}}
      case
        when value_variance - 2e0 * theta * covariance + theta * theta * covariate_variance > 1e-12 * value_variance
        then value_variance - 2e0 * theta * covariance + theta * theta * covariate_variance
        else value_variance * 0e0
      end as sample_variance
    from cuped_slopes
    {{fence}}
  ) as adjusted
),
{{variant_pairs keys
  (list "users" "value_mean" "user_count" "average" "sample_variance" "row_message")}},
{{welch_differences level}}
select
  {{named_keys keys}}
  variant,
  control_users,
  control_value_mean as control_mean,
  control_average as control_adjusted_mean,
  users,
  value_mean as mean,
  average as adjusted_mean,
  theta,
  case
    when pooled_value is null or pooled_covariate is null then null
    when pooled_value > 0e0 and pooled_covariate > 0e0
    then least(pooled_product / pooled_value * (pooled_product / pooled_covariate), 1e0)
    else 0e0
  end as variance_reduction,
  {{welch_columns}}
  {{message_or_no_rows "message" "group_id"}} as message
{{from_rows_of_groups keys "welch_differences"}}
{{/macro}}

{{!--
  A ratio of two sums (bounces / sessions, revenue / order), each variant against the control of its group. Users are
  assigned, so users are what varies: the rows of a user are summed first, and the error is that of the delta method over
  users. A test over sessions, whose rows are not independent, would find too much.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: any number of rows per user, such as one per session, or one per user |
  | keys | the columns that name a group (an experiment, a metric, a segment); `(list)` for one group |
  | variant, control | as in `two_proportion_test` |
  | unit | the column that names the user, or what else was assigned |
  | numerator, denominator | columns of rel, or expressions over them; a boolean counts as 1 or 0 |
  | level | of the confidence interval, between 0 and 1 |

  Columns, for each variant but the control: the keys, then

  | column | |
  |---|---|
  | variant | as given |
  | control_users, control_numerator, control_denominator, control_ratio | of the group's control |
  | users, numerator, denominator, ratio | of the variant: users, sums over them, and the ratio of the sums |
  | lift, relative_lift | ratio - control_ratio, and that divided by control_ratio (NULL when it is 0) |
  | std_error | of lift |
  | z, p_value, ci_low, ci_high | two-sided, normal |
  | message | NULL, or why there is no answer; then lift to ci_high are NULL |

  Variance of a ratio R: the sample variance over users of (x - R y), divided by users * mean(y)^2. Sources: Deng, Knoblich
  and Lu (2018), KDD, "Applying the delta method in metric analytics"; Cochran, Sampling Techniques, 6.
--}}
{{#macro "ratio_metric_test" "rel" "keys" "variant" "control" "unit" "numerator" "denominator" level=0.95}}
{{check_level "ratio_metric_test" level}}
with ratio_rows as (
  select
    {{each_numbered_key keys}}
    variant,
    is_control,
    unit,
    case when unit is null or numerator_given is null or denominator_given is null then 1 else 0 end as is_unknown,
    {{within_bounds "numerator_given"}} as numerator,
    {{within_bounds "denominator_given"}} as denominator
  from (
    select
      {{numbered_keys keys}}
      {{variant}} as variant,
      {{is_control_variant variant control}} as is_control,
      {{unit}} as unit,
      {{number_of numerator}} as numerator_given,
      {{number_of denominator}} as denominator_given
    from {{rel}} as unit_rows
    {{fence}}
  ) as given
),
ratio_units as (
  select
    {{each_numbered_key keys}}
    variant,
    is_control,
    unit,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(is_unknown) as unknown_count,
    sum(case when numerator is null or denominator is null then 1 else 0 end) as outside_count
  from ratio_rows
  group by {{each_numbered_key keys}} variant, is_control, unit
),
ratio_moments as {{materialized}} (
  select
    {{each_numbered_key keys}}
    variant,
    is_control,
    count(*) as users,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    case when sum(denominator) > 1e-25 then sum(numerator) / sum(denominator) end as ratio,
    case when sum(denominator) > 1e-25 then avg(denominator) end as denominator_mean,
    var_samp(numerator) as numerator_variance,
    var_samp(denominator) as denominator_variance,
    covar_samp(numerator, denominator) as covariance,
    sum(unknown_count) as unknown_count,
    sum(outside_count) as outside_count
  from ratio_units
  group by {{each_numbered_key keys}} variant, is_control
),
{{ratio_differences keys level}}
{{/macro}}

{{!--
  `ratio_metric_test` from what is known of each variant in sum: one row per group and variant, as it is where the users
  themselves are not at hand, or are many times the same.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per group and variant |
  | keys, variant, control, level | as in `ratio_metric_test` |
  | users | how many |
  | numerator, denominator | sums over them |
  | numerator_variance, denominator_variance, covariance | sample variances and covariance over users (`var_samp`, `covar_samp`) of what each user adds to the sums |

  Columns as of `ratio_metric_test`.
--}}
{{#macro "ratio_moments_test" "rel" "keys" "variant" "control" "users" "numerator" "denominator" "numerator_variance" "denominator_variance" "covariance" level=0.95}}
{{check_level "ratio_moments_test" level}}
with ratio_moments as {{materialized}} (
  select
    given.*,
    case when denominator > 1e-25 then numerator / denominator end as ratio,
    case when denominator > 1e-25 then denominator / nullif(users, 0) end as denominator_mean,
    case
      when users is null or numerator_given is null or denominator_given is null or unknown_variances > 0 then 1 else 0
    end as unknown_count,
    case when numerator is null or denominator is null then 1 else 0 end as outside_count
  from (
    select
      bounded.*,
      case
        when users >= 2 and (numerator_variance is null or denominator_variance is null or covariance is null) then 1 else 0
      end as unknown_variances,
      {{within_bounds "numerator_given"}} as numerator,
      {{within_bounds "denominator_given"}} as denominator
    from (
      select
        {{numbered_keys keys}}
        {{variant}} as variant,
        {{is_control_variant variant control}} as is_control,
        {{users}} as users,
        cast({{numerator}} as double precision) as numerator_given,
        cast({{denominator}} as double precision) as denominator_given,
        cast({{numerator_variance}} as double precision) as numerator_variance,
        cast({{denominator_variance}} as double precision) as denominator_variance,
        cast({{covariance}} as double precision) as covariance
      from {{rel}} as variant_sums
      {{fence}}
    ) as bounded
    {{fence}}
  ) as given
),
{{ratio_differences keys level}}
{{/macro}}

{{!-- From ratio_moments, one row per group and variant, to the result. --}}
{{#macro "ratio_differences" "keys" "level"}}
variant_inputs as {{materialized}} (
  select
    ratio_moments.*,
    case
      when unknown_count > 0 then 'unit, numerator or denominator is null'
      when users < 2 then 'fewer than two users'
      when outside_count > 0 then 'numerator or denominator is not between -1e30 and 1e30'
      when not (denominator > 1e-25) then 'the sum of denominator is not above 0'
    end as row_message,
    (
      numerator_variance + ratio * ratio * denominator_variance - 2e0 * ratio * covariance
    ) / (denominator_mean * denominator_mean * users) as square,
    {{!-- What is left of the terms above when they cancel is rounding, not variance. --}}
    1e-13 * (numerator_variance + ratio * ratio * denominator_variance)
    / (denominator_mean * denominator_mean * users) as least_square
  from ratio_moments
),
{{variant_pairs keys
  (list "users" "numerator" "denominator" "ratio" "square" "least_square" "row_message")}},
ratio_differences as {{materialized}} (
  select
    errors.*,
    lift / std_error as z,
    abs(lift / std_error) * 7.071067811865476e-1 as scaled_z
  from (
    select
      judged.*,
      case when message is null then ratio - control_ratio end as lift,
      case when message is null then sqrt(greatest(square, 0e0) + greatest(control_square, 0e0)) end as std_error
    from (
      select
        variant_pairs.*,
        case
          when pair_message is not null then pair_message
          when not (square > least_square or control_square > control_least_square) then 'no variance'
        end as message
      from variant_pairs
      {{fence}}
    ) as judged
    {{fence}}
  ) as errors
)
select
  {{named_keys keys}}
  variant,
  control_users,
  control_numerator,
  control_denominator,
  control_ratio,
  users,
  numerator,
  denominator,
  ratio,
  lift,
  lift / nullif(control_ratio, 0e0) as relative_lift,
  std_error,
  z,
  {{two_sided_p_value "scaled_z"}} as p_value,
  lift - critical * std_error as ci_low,
  lift + critical * std_error as ci_high,
  {{message_or_no_rows "message" "group_id"}} as message
{{from_rows_of_groups keys "ratio_differences"}}
cross join {{normal_quantile level}} as quantiles
{{/macro}}

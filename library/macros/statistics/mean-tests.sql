{{!--
  Two means, each variant against the control of its group, without supposing equal variances: Welch's t-test.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per group and variant |
  | keys | the columns that name a group (an experiment, a metric, a segment); `(list)` for one group |
  | variant, control | as in `two_proportion_test` |
  | users, mean, variance | columns of rel, or expressions over them: count, average and sample variance (`var_samp`) of the measure over all users, those without any counted as 0 |
  | level | of the confidence interval, between 0 and 1 |

  Columns, for each variant but the control: the keys, then

  | column | |
  |---|---|
  | variant | as given |
  | control_users, control_mean, control_variance | of the group's control |
  | users, mean, variance | of the variant |
  | lift, relative_lift | mean - control_mean, and that divided by control_mean (NULL when it is 0) |
  | std_error | of lift, in its unit |
  | t, df, p_value | two-sided, with the degrees of freedom of Welch and Satterthwaite |
  | ci_low, ci_high | of lift, from Student's distribution with df |
  | message | NULL, or why there is no answer (under two users, no variance, a NULL); then lift to ci_high are NULL |

  p-values to 1e-12 and intervals to 1e-12 relative. Source: Welch (1947), Biometrika 34, 28-35.
--}}
{{#macro "welch_test" "rel" "keys" "variant" "control" "users" "mean" "variance" level=0.95}}
{{check_level "welch_test" level}}
with variant_inputs as {{materialized}} (
  select
    moments.*,
    {{moments_message "user_count" "average" "sample_variance"}} as row_message
  from (
    select
      {{numbered_keys keys}}
      {{variant}} as variant,
      {{is_control_variant variant control}} as is_control,
      {{users}} as users,
      cast({{users}} as double precision) as user_count,
      cast({{mean}} as double precision) as average,
      cast({{variance}} as double precision) as sample_variance
    from {{rel}} as variant_moments
    {{fence}}
  ) as moments
),
{{variant_pairs keys (list "users" "user_count" "average" "sample_variance" "row_message")}},
{{welch_differences level}}
select
  {{named_keys keys}}
  variant,
  control_users,
  control_average as control_mean,
  control_sample_variance as control_variance,
  users,
  average as mean,
  sample_variance as variance,
  {{welch_columns}}
  {{message_or_no_rows "message" "group_id"}} as message
{{from_rows_of_groups keys "welch_differences"}}
{{/macro}}

{{!-- Why a count, a mean and a sample variance, columns of doubles, are no sample; NULL when they are one. --}}
{{#macro "moments_message" "users" "mean" "variance"}}
case
  when {{users}} is null then 'users is null'
  when not ({{users}} >= 2e0) then 'fewer than two users'
  when not {{users}} <= 1e15 then 'more than 1e15 users'
  when {{mean}} is null or {{variance}} is null then 'mean or variance is null'
  when not ({{mean}} > -1e150 and {{mean}} < 1e150) then 'mean is not between -1e150 and 1e150'
  when not ({{variance}} >= 0e0) then 'variance is negative'
  when not {{variance}} <= 1e150 then 'variance is above 1e150'
end
{{/macro}}

{{!--
  The CTE welch_differences: variant_pairs (with user_count, average, sample_variance and the control's, pair_message) and
  the difference, its standard error, t, df, the interval's reach, and message.
--}}
{{#macro "welch_differences" "level"}}
welch_errors as {{materialized}} (
  select
    squares.*,
    (square + control_square) * (square + control_square)
    / (square * square / (user_count - 1e0) + control_square * control_square / (control_user_count - 1e0)) as df
  from (
    select
      judged.*,
      case when message is null then {{square_of_error "sample_variance" "user_count"}} end as square,
      case when message is null
        then {{square_of_error "control_sample_variance" "control_user_count"}}
      end as control_square
    from (
      select
        variant_pairs.*,
        greatest(sample_variance, control_sample_variance) as scale,
        case
          when pair_message is not null then pair_message
          when greatest(sample_variance, control_sample_variance) <= 1e-150 then 'no variance'
        end as message
      from variant_pairs
      {{fence}}
    ) as judged
    {{fence}}
  ) as squares
),
welch_differences as {{materialized}} (
  select
    errors.*,
    {{student_t_sf "abs(t)" "df"}} as upper_tail
  from (
    select
      differences.*,
      lift / std_error as t
    from (
      select
        criticals.*,
        case when message is null then average - control_average end as lift,
        sqrt(square + control_square) * sqrt(scale) as std_error
      from {{student_t_critical "welch_errors" level}} as criticals
      {{fence}}
    ) as differences
    {{fence}}
  ) as errors
)
{{/macro}}

{{!-- variance / users in units of the larger variance; 0 where it is nothing beside that, since its square would underflow. --}}
{{#macro "square_of_error" "variance" "users"}}
(case when {{variance}} / scale < 1e-60 then 0e0 else {{variance}} / scale / {{users}} end)
{{/macro}}

{{!-- From lift to ci_high, of welch_differences. --}}
{{#macro "welch_columns"}}
lift,
lift / nullif(control_average, 0e0) as relative_lift,
std_error,
t,
df,
2e0 * upper_tail as p_value,
lift - critical * std_error as ci_low,
lift + critical * std_error as ci_high,
{{/macro}}

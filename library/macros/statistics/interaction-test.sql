{{!--
  Whether an effect differs between segments: Cochran's test of homogeneity of the effects that were estimated in each.
  An effect that is "significant" in one segment and not in another says nothing of that; this does.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per group and segment |
  | keys | the columns that name a group (an experiment, a metric, a dimension, a variant); `(list)` for one group |
  | segment | the column that names the segment, such as the device |
  | estimate, std_error | of the effect in the segment, as `lift` and `std_error` of `welch_test`; a segment in which either is NULL does not count |

  Columns, one row per group: the keys, then

  | column | |
  |---|---|
  | segments | how many counted |
  | pooled | the effect over the segments, each by the inverse of its squared error |
  | statistic, df | Q = sum((estimate - pooled)^2 / std_error^2), and segments - 1 |
  | p_value | P(chi-square with df > Q): small, the effect is not the same everywhere |
  | message | NULL, or why there is no answer: fewer than two segments with an effect, a segment twice, an error that is not above 0 |

  Users of segments must be different ones. Sources: Cochran (1954), Biometrics 10, 101-129; Gail and Simon (1985),
  Biometrics 41, 361-372.
--}}
{{#macro "interaction_test" "rel" "keys" "segment" "estimate" "std_error"}}
with segment_inputs as {{materialized}} (
  select
    segments_given.*,
    count(*) over (partition by {{numbered_key_list keys "segments_given."}}, segment) as segment_rows,
    case when effect_given is not null and error_given is not null then 1 end as is_counted,
    case when abs(effect_given) < 1e-70 then 0e0 when abs(effect_given) < 1e70 then effect_given end as effect,
    case when error_given > 1e-70 and error_given < 1e70 then error_given end as error
  from (
    select
      {{numbered_keys keys}}
      {{segment}} as segment,
      cast({{estimate}} as double precision) as effect_given,
      cast({{std_error}} as double precision) as error_given
    from {{rel}} as segment_effects
    {{fence}}
  ) as segments_given
),
{{!-- In units of the least error of the group, so that no square leaves the range of doubles. --}}
segment_weights as {{materialized}} (
  select
    scaled.*,
    case when is_counted = 1 then least_error / error * (least_error / error) end as weight
  from (
    select
      segment_inputs.*,
      min(case when is_counted = 1 then error end) over (partition by {{numbered_key_list keys "segment_inputs."}}) as least_error
    from segment_inputs
    {{fence}}
  ) as scaled
),
segment_centres as {{materialized}} (
  select
    segment_weights.*,
    sum(weight * effect) over whole_group / nullif(sum(weight) over whole_group, 0e0) as pooled
  from segment_weights
  window whole_group as (partition by {{numbered_key_list keys "segment_weights."}})
),
segment_groups as {{materialized}} (
  select
    judged.*,
    case when message is null then distance end as statistic,
    case when message is null then segments - 1 end as df
  from (
    select
      added.*,
      case
        when row_count = 0 then 'no rows'
        when rows_of_segment > 1 then 'expected one row per segment, found several'
        when unusable > 0 then 'std_error is not above 0, or too far from 1'
        when segments < 2 then 'fewer than two segments with an effect'
      end as message
    from (
      select
        {{each_numbered_key keys}}
        count(*) as row_count,
        max(segment_rows) as rows_of_segment,
        count(is_counted) as segments,
        sum(case when is_counted = 1 and (effect is null or error is null) then 1 else 0 end) as unusable,
        max(pooled) as pooled,
        sum(least((effect - pooled) / error * ((effect - pooled) / error), 1e100) order by segment) as distance
      from segment_centres
      {{#if keys}}
      group by {{numbered_key_list keys}}
      {{/if}}
      {{fence}}
    ) as added
    {{fence}}
  ) as judged
)
select
  {{named_keys keys}}
  segments,
  case when message is null then pooled end as pooled,
  statistic,
  df,
  p_value,
  message
from (
  select segment_groups.*, {{chi2_sf "statistic" "df"}} as p_value
  from segment_groups
  {{fence}}
) as tested
{{/macro}}

{{!--
  Intervals that hold at every look: an experiment may be read each day and stopped when it is decided, and the chance that
  an interval ever misses the truth stays at 1 - level.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per look |
  | keys | the columns that name a comparison (an experiment, a metric, a variant); `(list)` for one |
  | look | what orders the looks: a day, a time, a number |
  | estimate, std_error | of the effect, from all the data up to the look, as `lift` and `std_error` of `welch_test` |
  | planned_std_error | the standard error expected at the planned end, fixed beforehand: a number, or a column that is the same at every look |
  | tau_ratio | the variance of the mixture over the planned variance: intervals are narrowest about where they are equal |
  | level | the chance that no interval of the comparison misses the effect, between 0 and 1 |

  Columns: the keys, then

  | column | |
  |---|---|
  | look, estimate, std_error | as given |
  | look_low, look_high | the interval of this look alone |
  | ci_low, ci_high | what all looks up to this one leave: the interval to publish. It never widens |
  | p_value | always valid: the least of all looks up to this one |
  | message | NULL, or why there is no answer; when the looks leave nothing, the effect changed or an assumption failed |

  With V = std_error^2, tau2 = tau_ratio * planned_std_error^2 and alpha = 1 - level

    interval = estimate -+ sqrt(V (V + tau2) / tau2 * ln((V + tau2) / (V alpha^2)))
    p_value  = least(1, sqrt((V + tau2) / V) * exp(-tau2 estimate^2 / (2 V (V + tau2))))

  Sources: Robbins (1970), Annals of Mathematical Statistics 41, 1397-1409; Johari, Koomen, Pekelis and Walsh (2022),
  Operations Research 70, "Always valid inference"; Howard and others (2021), Annals of Statistics 49, 1055-1080.
--}}
{{#macro "sequential_interval" "rel" "keys" "look" "estimate" "std_error" "planned_std_error" tau_ratio=2 level=0.95}}
{{check_level "sequential_interval" level}}
{{#if (ne (type_of tau_ratio) "number")}}
{{raise (concat "sequential_interval: expected a number above 0 for tau_ratio, found " (to_json tau_ratio))}}
{{else if (lte tau_ratio 0)}}
{{raise (concat "sequential_interval: expected a number above 0 for tau_ratio, found " tau_ratio)}}
{{/if}}
with look_inputs as {{materialized}} (
  select
    looks.*,
    case
      when look is null then 'look is null'
      when count(*) over (partition by {{numbered_key_list keys "looks."}}, look) > 1 then 'expected one row per look, found several'
      when effect is null or error is null then 'estimate or std_error is null'
      when planned is null then 'planned_std_error is null'
      when not (error > 0e0) then 'std_error is not above 0'
      when not (planned > 0e0) then 'planned_std_error is not above 0'
      when not (error < 1e70 and planned < 1e70 and abs(effect) < 1e70)
        or not (error > 1e-70 and planned > 1e-70)
        or error / planned > 1e9 or planned / error > 1e9
      then 'estimate, std_error and planned_std_error are too far apart'
    end as message
  from (
    select
      {{numbered_keys keys}}
      {{look}} as look,
      {{estimate}} as estimate,
      {{std_error}} as std_error,
      cast({{estimate}} as double precision) as effect,
      cast({{std_error}} as double precision) as error,
      cast({{planned_std_error}} as double precision) as planned
    from {{rel}} as looked_at
    {{fence}}
  ) as looks
),
look_reaches as {{materialized}} (
  select
    scaled.*,
    {{!-- In units of std_error: V is 1, tau2 is mixture. --}}
    sqrt((1e0 + mixture) / mixture * (ln(1e0 + mixture) - 2e0 * ln(1e0 - cast({{level}} as double precision)))) as reach,
    5e-1 * ln(1e0 + mixture) - mixture * distance * distance / (2e0 * (1e0 + mixture)) as log_p
  from (
    select
      look_inputs.*,
      case when message is null then cast({{tau_ratio}} as double precision) * (planned / error) * (planned / error) end as mixture,
      case
        when message is not null then null
        when abs(effect) <= 1e-30 * error then 0e0
        else least(abs(effect / error), 1e9)
      end as distance
    from look_inputs
    {{fence}}
  ) as scaled
),
look_intervals as {{materialized}} (
  select
    shown.*,
    max(look_low) over so_far as ci_low,
    min(look_high) over so_far as ci_high,
    min(p_now) over so_far as p_value
  from (
    select
      look_reaches.*,
      effect - reach * error as look_low,
      effect + reach * error as look_high,
      case when log_p >= 0e0 then 1e0 when log_p < -6.9e2 then 0e0 else exp(log_p) end as p_now
    from look_reaches
    {{fence}}
  ) as shown
  window so_far as (partition by {{numbered_key_list keys "shown."}} order by look rows unbounded preceding)
)
select
  {{named_keys keys}}
  look,
  estimate,
  std_error,
  look_low,
  look_high,
  case when message is null and ci_low <= ci_high then ci_low end as ci_low,
  case when message is null and ci_low <= ci_high then ci_high end as ci_high,
  case when message is null then p_value end as p_value,
  case
    when message is not null then message
    when ci_low > ci_high then 'the intervals of the looks have nothing in common'
  end as message
from look_intervals
{{/macro}}

{{!-- Numbers: sums that know NULL, series, buckets, distances. --}}

{{!-- The sum of a list of expressions, NULL counting as 0. --}}
{{#macro "safe_add" "field_list"}}
({{#each field_list as |field|}}coalesce({{field}}, 0){{#unless @last}} + {{/unless}}{{/each}})
{{/macro}}

{{!-- The first of a list of expressions less the others, NULL counting as 0. --}}
{{#macro "safe_subtract" "field_list"}}
({{#each field_list as |field|}}coalesce({{field}}, 0){{#unless @last}} - {{/unless}}{{/each}})
{{/macro}}

{{!-- `group by 1, 2, .., n` --}}
{{#macro "group_by" "n"}}
group by {{join (range 1 (add n 1)) ", "}}
{{/macro}}

{{!-- A query of the whole numbers 1 to `upper_bound`: one column `generated_number`. --}}
{{#macro "generate_series" "upper_bound"}}
select cast(number + 1 as bigint) as generated_number
from {{counted_from_zero upper_bound}} as series
{{/macro}}

{{!--
  Which of `num_buckets` equal parts of the range from `min_value` to `max_value` a value lies in: 1 to num_buckets, 0
  below the range, num_buckets + 1 at its end and above. Reckoned in double precision.
--}}
{{#macro "width_bucket" "expression" "min_value" "max_value" "num_buckets"}}
(case
  when {{expression}} < {{min_value}} then 0
  when {{expression}} >= {{max_value}} then {{num_buckets}} + 1
  else cast(floor(
    cast({{expression}} - {{min_value}} as double precision) * {{num_buckets}}
    / cast({{max_value}} - {{min_value}} as double precision)
  ) as integer) + 1
end)
{{/macro}}

{{!-- A percentile of a group by interpolation, 0.5 for the median: double precision. --}}
{{#macro "percentile" "expression" "fraction"}}
percentile_cont({{fraction}}) within group (order by cast({{expression}} as double precision))
{{/macro}}

{{!-- The distance of two places on the globe, in miles, or `unit="km"`; degrees of latitude and longitude. --}}
{{#macro "haversine_distance" "lat1" "lon1" "lat2" "lon2" unit="mi"}}
{{#if (not (in unit (list "mi" "km")))}}{{raise (concat "haversine_distance: expected the unit mi or km, found \"" unit "\"")}}{{/if}}
(2 * 3961{{#if (eq unit "km")}} * 1.60934{{/if}} * asin(sqrt(
  power(sin(radians(cast({{lat2}} - {{lat1}} as double precision) / 2)), 2)
  + cos(radians(cast({{lat1}} as double precision))) * cos(radians(cast({{lat2}} as double precision)))
  * power(sin(radians(cast({{lon2}} - {{lon1}} as double precision) / 2)), 2)
)))
{{/macro}}

{{!-- What the tests of variants against a control share: groups, the control of each, and what has no answer. --}}

{{!-- Stops with a message unless `level` is a number between 0 and 1. Prints nothing. --}}
{{#macro "check_level" "caller" "level" name="level"}}
{{#if (ne (type_of level) "number")}}
{{raise (concat caller ": expected a number between 0 and 1 for " name ", found " (to_json level))}}
{{else if (not (and (gt level 0) (lt level 1)))}}
{{raise (concat caller ": expected a number between 0 and 1 for " name ", found " level)}}
{{/if}}
{{/macro}}

{{!-- The columns that were given as a list, or one alone as a text. --}}
{{#macro "listed" "names"}}
{{#if (eq (type_of names) "list")}}{{return names}}{{/if}}
{{#if (eq (type_of names) "text")}}{{return (list names)}}{{/if}}
{{raise (concat "expected columns as a list, such as (list \"experiment_id\"), or (list) for none, found " (to_json names))}}
{{return (list)}}
{{/macro}}

{{!-- The keys as columns key_0, key_1, ..: a key may then have any name, also one that is used inside. --}}
{{#macro "numbered_keys" "keys"}}
{{#each (listed keys) as |key|}}
{{key}} as key_{{@index}},
{{/each}}
{{/macro}}

{{!-- `key_0, key_1, ..` with `before` in front of each; `1` for no keys. --}}
{{#macro "numbered_key_list" "keys" before=""}}
{{#unless keys}}{{return "1"}}{{/unless}}
{{return (join (numbered_key_names keys before) ", ")}}
{{/macro}}

{{#macro "numbered_key_names" "keys" "before"}}
{{#each (listed keys) as |key|}}
{{yield (concat before "key_" @index)}}
{{/each}}
{{/macro}}

{{!-- `key_0, key_1,` with a comma after each, for a list that goes on. --}}
{{#macro "each_numbered_key" "keys"}}
{{#each (listed keys) as |key|}}
key_{{@index}},
{{/each}}
{{/macro}}

{{!-- The keys under their own names again, with a comma after each. --}}
{{#macro "named_keys" "keys"}}
{{#each (listed keys) as |key|}}
key_{{@index}} as {{key}},
{{/each}}
{{/macro}}

{{!--
  True for the control: `control` is a condition (`is_control`) or a value of the variant (`'control'`), which only the
  database can tell apart.
--}}
{{#macro "is_control_variant" "variant" "control"}}
coalesce(
  cast({{control}} as varchar) = 'true' or cast({{variant}} as varchar) = cast({{control}} as varchar),
  false
)
{{/macro}}

{{!--
  CTEs from variant_inputs (key_0.., variant, is_control, the measures, row_message) to variant_pairs: each variant but the
  control with the control's measures as control_<measure>, and pair_message; a control alone is a row of its own. A measure
  is a column of variant_inputs.
--}}
{{#macro "variant_pairs" "keys" "measures"}}
variant_rows as {{materialized}} (
  select
    grouped.*,
    count(*) over (partition by group_id) as group_rows,
    sum(case when is_control then 1 else 0 end) over (partition by group_id) as group_controls,
    count(*) over (partition by group_id, variant) as variant_rows
  from (
    select variant_inputs.*, dense_rank() over (order by {{numbered_key_list keys}}) as group_id
    from variant_inputs
  ) as grouped
),
variant_pairs as {{materialized}} (
  select
    variants.*,
    {{#each measures as |measure|}}
    controls.{{measure}} as control_{{measure}},
    {{/each}}
    case
      when variants.is_control and variants.group_controls = 1 then 'the control alone, with nothing to compare'
      when variants.variant is null then 'variant is null'
      when variants.variant_rows > 1 then 'expected one row per variant, found several'
      when variants.row_message is not null then variants.row_message
      when variants.group_controls = 0 then 'no control in the group'
      when variants.group_controls > 1 then 'expected one control in the group, found several'
      when controls.row_message is not null then 'the control: ' || controls.row_message
    end as pair_message
  from variant_rows as variants
  left join variant_rows as controls
    on controls.group_id = variants.group_id and controls.is_control and controls.group_controls = 1
  where not variants.is_control or variants.group_controls = variants.group_rows
)
{{/macro}}

{{!--
  The end of a macro that gives a row per group: from `rows`. Without keys there is one group, also when nothing is in it,
  as for an aggregate; its row then has `no rows` as message.
--}}
{{#macro "from_rows_of_groups" "keys" "rows"}}
{{#if keys}}
from {{rows}}
{{else}}
from (select 1 as whole) as whole_relation
left join {{rows}} on true
{{/if}}
{{/macro}}

{{!-- `message`, or what to say of the only group when it has no rows: `is_there` is NULL only then. --}}
{{#macro "message_or_no_rows" "message" "is_there"}}
case when {{is_there}} is null then 'no rows' else {{message}} end
{{/macro}}

{{!-- The one row of `critical`: how many standard errors a normal interval of the level reaches to each side. --}}
{{#macro "normal_quantile" "level"}}
(
  select {{norm_ppf "upper_share"}} as critical
  from (select (1e0 + cast({{level}} as double precision)) / 2e0 as upper_share {{fence}}) as levels
)
{{/macro}}

{{!-- P(|Z| > |z|) of a standard normal, from the column that holds abs(z) / sqrt(2): never 1 - cdf, which loses the tail. --}}
{{#macro "two_sided_p_value" "scaled_z"}}
{{complementary_error_function scaled_z}}
{{/macro}}

{{!--
  A column of doubles within what sums of squares and their quotients can hold: 0 below 1e-30, NULL above 1e30. Postgres
  raises an error where a product leaves the range of doubles.
--}}
{{#macro "within_bounds" "x"}}
(case when abs({{x}}) < 1e-30 then 0e0 when abs({{x}}) <= 1e30 then {{x}} end)
{{/macro}}

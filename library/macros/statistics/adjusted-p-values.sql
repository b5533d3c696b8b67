{{!--
  p-values adjusted for how many were looked at, within each family.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per test |
  | keys | the columns that name a family (an experiment, a metric); `(list)` for one family |
  | p_value | a column of rel, or an expression over them |
  | method | `holm`: bounds the chance of one false positive in the family. `bh` (Benjamini and Hochberg): bounds the share of false ones among those called significant |
  | labels | further columns of rel to pass on, such as `(list "variant" "segment")` |

  Columns, one row per row of rel: the keys, the labels, then p_value as given, p_value_adjusted, and message. A p-value
  that is NULL counts for nothing in its family, and its row has a message, as has one that is not between 0 and 1.

  Sources: Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Benjamini and Hochberg (1995), Journal of the Royal
  Statistical Society B 57, 289-300.
--}}
{{#macro "adjust_p_values" "rel" "keys" "p_value" method="holm" labels=(list)}}
{{#unless (in method (list "holm" "bh"))}}
{{raise (concat "adjust_p_values: expected the method holm or bh, found " (to_json method))}}
{{/unless}}
with family_rows as {{materialized}} (
  select
    tests.*,
    case when p_valid is not null then row_number() over (partition by {{numbered_key_list keys}} order by p_valid) end as place,
    count(p_valid) over (partition by {{numbered_key_list keys}}) as family_size
  from (
    select
      given.*,
      case when p_number >= 0e0 and p_number <= 1e0 then p_number end as p_valid
    from (
      select
        {{numbered_keys keys}}
        {{#each (listed labels) as |label|}}
        {{label}} as label_{{@index}},
        {{/each}}
        {{p_value}} as p_value,
        cast({{p_value}} as double precision) as p_number
      from {{rel}} as test_rows
    ) as given
    {{fence}}
  ) as tests
),
family_steps as (
  select
    family_rows.*,
    {{#if (eq method "holm")}}
    (family_size - place + 1) * p_valid as step
    {{else}}
    p_valid * family_size / place as step
    {{/if}}
  from family_rows
)
select
  {{named_keys keys}}
  {{#each (listed labels) as |label|}}
  label_{{@index}} as {{label}},
  {{/each}}
  p_value,
  case when p_valid is not null then least({{#if (eq method "holm")}}max{{else}}min{{/if}}(step) over (
    partition by {{numbered_key_list keys}}
    order by place{{#if (eq method "bh")}} desc{{/if}} nulls last
    rows unbounded preceding
  ), 1e0) end as p_value_adjusted,
  case
    when p_number is null then 'p_value is null'
    when p_valid is null then 'p_value is not between 0 and 1'
  end as message
from family_steps
{{/macro}}

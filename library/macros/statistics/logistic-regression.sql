{{!--
  A logistic regression for each group: how the odds of an outcome go with covariates, by maximum likelihood.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per user, or per cell of users that are alike |
  | keys | the columns that name a group (an experiment); `(list)` for one group |
  | outcome | 1 or 0, true or false; or of a cell, how many of its `trials` had it |
  | covariates | a list of columns of rel, or expressions over them: numbers, or booleans, which count as 1 or 0 (`(list "is_treatment" "country = 'DE'")`) |
  | trials | of a cell: 1 by default |
  | level | of the confidence intervals, between 0 and 1 |
  | steps | Newton steps; each doubles the right digits |

  Columns, for each group a row per term: the keys, then

  | column | |
  |---|---|
  | term | `intercept`, then the covariates as they were given |
  | coefficient, std_error | change of ln(odds) per unit of the covariate |
  | z, p_value | Wald's test of coefficient = 0, two-sided |
  | odds_ratio | exp(coefficient) |
  | ci_low, ci_high | of the coefficient: exp of them is the interval of the odds ratio |
  | converged | whether the last step changed nothing; NULL where none was made |
  | message | NULL, or why there is no answer; then coefficient to ci_high are NULL |

  No answer have: no conversions, or nothing but conversions; a covariate that does not vary or is a combination of
  others; an outcome that a covariate separates, whose odds have no greatest likelihood; a NULL.

  Rows that are alike are counted first, which changes nothing in the likelihood and most in the time. Covariates are
  centred and scaled for the reckoning, Newton's equations solved by Cholesky's factors; a pivot under 1e-10 of its diagonal
  is a combination. Source: McCullagh and Nelder, Generalized Linear Models, 4.4; Golub and Van Loan, Matrix Computations, 4.2.
--}}
{{#macro "logistic_regression" "rel" "keys" "outcome" "covariates" trials=1 level=0.95 steps=8}}
{{check_level "logistic_regression" level}}
{{#let size=(add 1 (length (listed covariates)))}}
with logit_rows as (
  select
    {{numbered_keys keys}}
    {{#each (listed covariates) as |covariate|}}
    {{covariate}} as given_{{add @index 1}},
    {{/each}}
    {{outcome}} as given_outcome,
    {{trials}} as given_trials
  from {{rel}} as observed
),
logit_alike as {{materialized}} (
  select
    {{each_numbered_key keys}}
    {{#each (range 1 size) as |i|}}
    given_{{i}},
    {{/each}}
    given_outcome,
    given_trials,
    cast(count(*) as double precision) as rows_alike
  from logit_rows
  group by {{each_numbered_key keys}} {{#each (range 1 size) as |i|}}given_{{i}}, {{/each}}given_outcome, given_trials
),
logit_numbers as {{materialized}} (
  select
    {{each_numbered_key keys}}
    dense_rank() over (order by {{numbered_key_list keys}}) as group_id,
    {{#each (range 1 size) as |i|}}
    number_{{i}},
    {{within_bounds (concat "number_" i)}} as x_{{i}},
    {{/each}}
    outcome,
    trial_count,
    rows_alike * {{within_bounds "trial_count"}} as trials,
    rows_alike * {{within_bounds "outcome"}} as successes
  from (
    select
      {{each_numbered_key keys}}
      {{#each (range 1 size) as |i|}}
      {{number_of (concat "given_" i)}} as number_{{i}},
      {{/each}}
      {{number_of "given_trials"}} as trial_count,
      {{number_of "given_outcome"}} as outcome,
      rows_alike
    from logit_alike
    {{fence}}
  ) as numbers
),
logit_groups as {{materialized}} (
  select
    summed.*,
    case
      when unknown_count > 0 then 'outcome, trials or a covariate is null'
      when is_outside > 0 then 'outcome is not between 0 and trials'
      when unbounded_count > 0 then 'outcome, trials or a covariate is not between -1e30 and 1e30'
      when not group_trials > 0e0 then 'no trials'
      when not group_trials <= 1e15 then 'more than 1e15 trials'
      when not group_successes > 0e0 then 'no conversions'
      when not group_successes < group_trials then 'every trial converted'
      {{#each (listed covariates) as |covariate|}}
      when not largest_{{add @index 1}} > least_{{add @index 1}}
      then 'the covariate {{quoted_name covariate}} does not vary'
      {{/each}}
    end as group_message
  from (
    select
      {{each_numbered_key keys}}
      group_id,
      sum(trials) as group_trials,
      sum(successes) as group_successes,
      sum(case
        when trial_count is null or outcome is null{{#each (range 1 size) as |i|}} or number_{{i}} is null{{/each}} then 1 else 0
      end) as unknown_count,
      sum(case when not (trial_count >= 0e0 and outcome >= 0e0 and outcome <= trial_count) then 1 else 0 end) as is_outside,
      sum(case
        when trials is null or successes is null{{#each (range 1 size) as |i|}} or x_{{i}} is null{{/each}} then 1 else 0
      end) as unbounded_count
      {{~#each (range 1 size) as |i|}},
      min(case when trials > 0e0 then x_{{i}} end) as least_{{i}},
      max(case when trials > 0e0 then x_{{i}} end) as largest_{{i}},
      sum(trials * x_{{i}}) / nullif(sum(trials), 0e0) as middle_{{i}}
      {{~/each}}
    from logit_numbers
    group by {{each_numbered_key keys}} group_id
    {{fence}}
  ) as summed
),
logit_scales as {{materialized}} (
  select
    {{#each (range 1 size) as |i|}}
    sqrt(sum(trials * (x_{{i}} - middle_{{i}}) * (x_{{i}} - middle_{{i}})) / min(group_trials)) as scale_{{i}},
    {{/each}}
    logit_numbers.group_id
  from logit_numbers
  inner join logit_groups on logit_groups.group_id = logit_numbers.group_id and group_message is null
  group by logit_numbers.group_id
),
{{!-- Centred and scaled; z_0 is the intercept's. --}}
logit_cells as {{materialized}} (
  select
    logit_numbers.group_id,
    trials,
    successes,
    cast(1 as double precision) as z_0
    {{~#each (range 1 size) as |i|}},
    (x_{{i}} - middle_{{i}}) / scale_{{i}} as z_{{i}}
    {{~/each}}
  from logit_numbers
  inner join logit_groups on logit_groups.group_id = logit_numbers.group_id
  inner join logit_scales on logit_scales.group_id = logit_numbers.group_id
  where trials > 0e0
),
logit_step_0 as {{materialized}} (
  select
    logit_groups.group_id,
    ln(group_successes / (group_trials - group_successes)) as b_0
    {{~#each (range 1 size) as |i|}},
    cast(0 as double precision) as b_{{i}}
    {{~/each}}
  from logit_groups
  inner join logit_scales on logit_scales.group_id = logit_groups.group_id
),
{{#each (range 1 (add steps 1)) as |step|}}
logit_step_{{step}} as {{materialized}} (
  select
    group_id,
    {{#if (eq step 1)}}
    {{!-- The pivot that is none says which covariate is a combination of those before it. --}}
    case
      {{#each (range 0 size) as |i|}}
      when l_{{i}}_{{i}} is null then {{i}}
      {{/each}}
    end as combination,
    {{/if}}
    {{#each (range 0 size) as |i|}}
    b_{{i}} + d_{{i}} as b_{{i}}{{#unless @last}},{{/unless}}
    {{/each}}
  from (
    {{newton_step size (subtract step 1)}}
  ) as solved
),
{{/each}}
logit_solved as {{materialized}} (
  select
    solved.*,
    {{#each (range 1 size) as |i|}}
    middle_{{i}},
    scale_{{i}},
    {{/each}}
    {{#each (range 0 size) as |i|}}abs(d_{{i}}) <= 1e-8 * (1e0 + abs(b_{{i}})){{#unless @last}} and {{/unless}}{{/each}} as converged
  from (
    {{newton_step size steps}}
  ) as solved
  inner join logit_groups on logit_groups.group_id = solved.group_id
  left join logit_scales on logit_scales.group_id = solved.group_id
),
{{!-- Each term is a sum of what was reckoned: the contrast c, of variance |inverse(L) c|^2. --}}
logit_terms as {{materialized}} (
  {{#each (range 0 size) as |term|}}
  {{#unless @first}}
  union all
  {{/unless}}
  select
    group_id,
    {{term}} as place,
    converged,
    coefficient,
    sqrt({{#each (range 0 size) as |i|}}v_{{i}} * v_{{i}}{{#unless @last}} + {{/unless}}{{/each}}) as std_error
  from (
    {{contrast_variance size term}}
  ) as contrasts_{{term}}
  {{/each}}
),
logit_messages as {{materialized}} (
  select
    logit_groups.*,
    logit_solved.converged,
    coalesce(group_message, case
      {{#each (listed covariates) as |covariate|}}
      when combination = {{add @index 1}} then 'the covariate {{quoted_name covariate}} is a combination of those before it'
      {{/each}}
      when not coalesce(logit_solved.converged, false)
      then 'did not converge in {{steps}} steps: a covariate may separate the outcome'
    end) as message
  from logit_groups
  left join logit_step_1 on logit_step_1.group_id = logit_groups.group_id
  left join logit_solved on logit_solved.group_id = logit_groups.group_id
)
select
  {{named_keys keys}}
  term,
  coefficient,
  std_error,
  z,
  {{two_sided_p_value "scaled_z"}} as p_value,
  case when coefficient between -7e2 and 7e2 then exp(coefficient) end as odds_ratio,
  coefficient - critical * std_error as ci_low,
  coefficient + critical * std_error as ci_high,
  converged,
  message
from (
  select
    {{each_numbered_key keys}}
    terms.place,
    term,
    case when message is null then coefficient end as coefficient,
    case when message is null then std_error end as std_error,
    case when message is null then coefficient / std_error end as z,
    case when message is null then abs(coefficient / std_error) * 7.071067811865476e-1 end as scaled_z,
    logit_messages.converged,
    {{message_or_no_rows "message" "logit_messages.group_id"}} as message
  {{from_rows_of_groups keys "logit_messages"}}
  cross join (
    select 0 as place, 'intercept' as term
    {{#each (listed covariates) as |covariate|}}
    union all
    select {{add @index 1}} as place, '{{replace covariate "'" "''"}}' as term
    {{/each}}
  ) as terms
  left join logit_terms on logit_terms.group_id = logit_messages.group_id and logit_terms.place = terms.place
  {{fence}}
) as reckoned
cross join {{normal_quantile level}} as quantiles
order by {{each_numbered_key keys}} place
{{/let}}
{{/macro}}

{{!-- A covariate in double quotes, to stand in a text of SQL. --}}
{{#macro "quoted_name" "name"}}
{{return (concat "\"" (replace name "'" "''") "\"")}}
{{/macro}}

{{!--
  A query of one row per group: b_0.. of logit_step_<step>, what Newton's step adds to them (d_0..), and Cholesky's factor
  l_i_j of the matrix of second derivatives. Read from the inside out: derivatives, factor, forward, back.
--}}
{{#macro "newton_step" "size" "step"}}
{{#each (range 0 size) as |i|}}
select
  layers.*,
  (f_{{i}}{{#each (range (add i 1) size) as |k|}} - l_{{k}}_{{i}} * d_{{k}}{{/each}}) / l_{{i}}_{{i}} as d_{{i}}
from (
{{/each}}
{{#each (range 0 size) as |outward|}}
{{#let i=(subtract (subtract size 1) outward)}}
select
  layers.*,
  (g_{{i}}{{#each (range 0 i) as |k|}} - l_{{i}}_{{k}} * f_{{k}}{{/each}}) / l_{{i}}_{{i}} as f_{{i}}
from (
{{/let}}
{{/each}}
{{#each (range 0 size) as |outward|}}
{{#let j=(subtract (subtract size 1) outward)}}
select
  layers.*
  {{~#each (range (add j 1) size) as |i|}},
  (h_{{i}}_{{j}}{{#each (range 0 j) as |k|}} - l_{{i}}_{{k}} * l_{{j}}_{{k}}{{/each}}) / l_{{j}}_{{j}} as l_{{i}}_{{j}}
  {{~/each}}

from (
select
  layers.*,
  case
    when h_{{j}}_{{j}}{{#each (range 0 j) as |k|}} - l_{{j}}_{{k}} * l_{{j}}_{{k}}{{/each}} > 1e-10 * h_{{j}}_{{j}}
    then sqrt(h_{{j}}_{{j}}{{#each (range 0 j) as |k|}} - l_{{j}}_{{k}} * l_{{j}}_{{k}}{{/each}})
  end as l_{{j}}_{{j}}
from (
{{/let}}
{{/each}}
select
  group_id,
  {{#each (range 0 size) as |i|}}
  b_{{i}},
  sum(residual * z_{{i}}) as g_{{i}},
  {{#each (range 0 (add i 1)) as |j|}}
  sum(mass * z_{{i}} * z_{{j}}) as h_{{i}}_{{j}}{{#unless (and (eq i j) (eq (add i 1) size))}},{{/unless}}
  {{/each}}
  {{/each}}
from (
  select
    chances.*,
    trials * chance * (1e0 - chance) as mass,
    successes - trials * chance as residual
  from (
    select
      log_odds.*,
      {{!-- Not beyond 30: the odds have left all counts behind, and exp may overflow. --}}
      1e0 / (1e0 + exp(-case when eta > 3e1 then 3e1 when eta < -3e1 then -3e1 else eta end)) as chance
    from (
      select
        logit_cells.*,
        {{#each (range 0 size) as |i|}}
        b_{{i}},
        {{/each}}
        {{#each (range 0 size) as |i|}}b_{{i}} * z_{{i}}{{#unless @last}} + {{/unless}}{{/each}} as eta
      from logit_cells
      inner join logit_step_{{step}} on logit_step_{{step}}.group_id = logit_cells.group_id
      {{fence}}
    ) as log_odds
    {{fence}}
  ) as chances
  {{fence}}
) as derivatives
group by group_id{{#each (range 0 size) as |i|}}, b_{{i}}{{/each}}
{{#each (range 0 size) as |i|}}
) as layers {{fence}}
) as layers {{fence}}
) as layers {{fence}}
) as layers {{fence}}
{{/each}}
{{/macro}}

{{!-- A query of the term's coefficient and of v = inverse(L) c, from logit_solved; c is 1 over its scale, and for the intercept also -middle / scale of the others. --}}
{{#macro "contrast_variance" "size" "term"}}
{{#each (range 0 size) as |outward|}}
{{#let i=(subtract (subtract size 1) outward)}}
select
  layers.*,
  (
    {{contrast_part term i}}{{#each (range 0 i) as |k|}} - l_{{i}}_{{k}} * v_{{k}}{{/each}}
  ) / l_{{i}}_{{i}} as v_{{i}}
from (
{{/let}}
{{/each}}
select
  logit_solved.*,
  {{#if (eq term 0)}}
  b_0 + d_0{{#each (range 1 size) as |k|}} - (b_{{k}} + d_{{k}}) * (middle_{{k}} / scale_{{k}}){{/each}} as coefficient
  {{else}}
  (b_{{term}} + d_{{term}}) / scale_{{term}} as coefficient
  {{/if}}
from logit_solved
{{#each (range 0 size) as |i|}}
) as layers {{fence}}
{{/each}}
{{/macro}}

{{#macro "contrast_part" "term" "i"}}
{{#if (eq term 0)}}
{{#if (eq i 0)}}1e0{{else}}(-middle_{{i}} / scale_{{i}}){{/if}}
{{~else if (eq term i)}}(1e0 / scale_{{i}}){{else}}0e0{{/if}}
{{/macro}}

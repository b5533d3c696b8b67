{{!-- Planning: users, effect and power of a two-sided test, each from the other two. --}}

{{!--
  How many users an experiment needs to find an effect.

  | argument | |
  |---|---|
  | rel | a relation, or a query in parentheses: one row per question |
  | keys | the columns that name a question; `(list)` when there is one |
  | baseline | the control's expected rate, or its mean when `variance` is given |
  | effect | the difference to be found, in the unit of baseline: 0.005 is half a percentage point. Its sign counts for rates |
  | variance | of the measure within variants, the same in both; left out for rates |
  | alpha, power | of the two-sided test: the chance of a false alarm, and of finding the effect |
  | ratio | users of the variant per user of the control |

  Columns: the keys, then baseline, effect, control_users, users, total_users (each rounded up), and message. Rates by the
  formula of Fleiss, whose critical value is that of the pooled test, as `two_proportion_test` makes it (R: power.prop.test);
  means by the normal approximation, which asks for about two users less than the t-test does. Source: Fleiss, Levin and
  Paik, Statistical Methods for Rates and Proportions, 4.
--}}
{{#macro "sample_size" "rel" "keys" "baseline" "effect" variance=null alpha=0.05 power=0.8 ratio=1}}
{{check_plan "sample_size" alpha power ratio}}
select
  {{named_keys keys}}
  baseline,
  effect,
  ceil(control_needed) as control_users,
  ceil({{ratio}} * control_needed) as users,
  ceil(control_needed) + ceil({{ratio}} * control_needed) as total_users,
  message
from (
  select
    plans.*,
    {{#if (eq variance null)}}
    power(
      (
        alpha_reach * {{pooled_error "(rate + difference * share)" ratio}}
        + power_reach * {{own_error "rate" "(rate + difference)" ratio}}
      ) / difference, 2
    ) as control_needed
    {{else}}
    power((alpha_reach + power_reach) / difference, 2) * (1e0 + 1e0 / {{ratio}}) * variance as control_needed
    {{/if}}
  from {{plan_rows rel keys (dict baseline=baseline effect=effect variance=variance alpha=alpha power=power ratio=ratio)}} as plans
  {{fence}}
) as reckoned
{{/macro}}

{{!--
  The chance that a test finds an effect with so many users.

  | argument | |
  |---|---|
  | rel, keys, baseline, effect, variance, alpha, ratio | as in `sample_size` |
  | users | of the control; the variant has `ratio` times as many |

  Columns: the keys, then baseline, effect, control_users, power, and message. The chance of finding it with the wrong
  sign is left out, as R's power.prop.test does.
--}}
{{#macro "test_power" "rel" "keys" "baseline" "effect" "users" variance=null alpha=0.05 ratio=1}}
{{check_plan "test_power" alpha 0.999999 ratio}}
select
  {{named_keys keys}}
  baseline,
  effect,
  control_users,
  {{norm_cdf "reach"}} as power,
  message
from (
  select
    plans.*,
    {{#if (eq variance null)}}
    (abs(difference) * sqrt(user_count) - alpha_reach * {{pooled_error "(rate + difference * share)" ratio}})
      / {{own_error "rate" "(rate + difference)" ratio}} as reach
    {{else}}
    abs(difference) / sqrt((1e0 + 1e0 / {{ratio}}) * variance / user_count) - alpha_reach as reach
    {{/if}}
  from {{plan_rows rel keys (dict baseline=baseline effect=effect users=users variance=variance alpha=alpha power=0.5 ratio=ratio)}} as plans
  {{fence}}
) as reckoned
{{/macro}}

{{!--
  The least effect that so many users find: what `sample_size` answers, asked from the other side.

  | argument | |
  |---|---|
  | rel, keys, baseline, variance, alpha, power, ratio | as in `sample_size` |
  | users | of the control; the variant has `ratio` times as many |

  Columns: the keys, then baseline, control_users, effect (an increase, in the unit of baseline), relative_effect (divided by
  baseline, NULL where that is 0), and message. For rates the formula of `sample_size` is solved for the effect by
  Newton's method, to 1e-12.
--}}
{{#macro "minimum_detectable_effect" "rel" "keys" "baseline" "users" variance=null alpha=0.05 power=0.8 ratio=1}}
{{check_plan "minimum_detectable_effect" alpha power ratio}}
select
  {{named_keys keys}}
  baseline,
  control_users,
  least_effect as effect,
  least_effect / nullif(abs(baseline), 0e0) as relative_effect,
  case when message is null and least_effect is null then 'no effect up to a rate of 1 would be found' else message end as message
from (
  select
    plans.*,
    {{#if (eq variance null)}}
    found_10 as least_effect
    {{else}}
    (alpha_reach + power_reach) * sqrt((1e0 + 1e0 / {{ratio}}) * variance / user_count) as least_effect
    {{/if}}
  from {{#if (eq variance null)}}{{detectable_steps
    (plan_rows rel keys (dict baseline=baseline users=users variance=variance alpha=alpha power=power ratio=ratio))
    ratio}}{{else}}{{plan_rows rel keys (dict baseline=baseline users=users variance=variance alpha=alpha power=power ratio=ratio)}}{{/if}} as plans
  {{fence}}
) as reckoned
{{/macro}}

{{!--
  A query in parentheses: `rel` of plan_rows with found_10, ten Newton steps towards effect * sqrt(users) = alpha_reach *
  pooled error + power_reach * own error. The left side less the right is convex, so that steps from the greatest
  effect there can be come down to the root without passing it. surplus_0 below 0: there is none.
--}}
{{#macro "detectable_steps" "rel" "ratio"}}
(
  {{#each (range 10 0 -1) as |step|}}
  {{#let n=(subtract step 1)}}
  select layers.*, case when surplus_0 >= 0e0 then found_{{n}} - surplus_{{n}} / (
    sqrt(user_count)
    - alpha_reach * (1e0 - 2e0 * (rate + found_{{n}} * share)) / (2e0 * pooled_error_{{n}})
    - power_reach * (1e0 - 2e0 * (rate + found_{{n}})) / (2e0 * {{ratio}} * own_error_{{n}})
  ) end as found_{{step}}
  from (
  select layers.*, found_{{n}} * sqrt(user_count) - alpha_reach * pooled_error_{{n}} - power_reach * own_error_{{n}} as surplus_{{n}}
  from (
  select
    layers.*,
    {{pooled_error (concat "(rate + found_" n " * share)") ratio}} as pooled_error_{{n}},
    {{own_error "rate" (concat "(rate + found_" n ")") ratio}} as own_error_{{n}}
  from (
  {{/let}}
  {{/each}}
  select layers.*, (1e0 - rate) * 9.99999999e-1 as found_0
  from {{rel}} as layers
  {{fence}}
  {{#each (range 10) as |step|}}
  ) as layers {{fence}}
  ) as layers {{fence}}
  ) as layers {{fence}}
  {{/each}}
)
{{/macro}}

{{!-- sqrt(users of the control) times the standard error of the difference of two rates, both being the pooled rate. --}}
{{#macro "pooled_error" "pooled" "ratio"}}
sqrt((1e0 + 1e0 / {{ratio}}) * {{pooled}} * (1e0 - {{pooled}}))
{{/macro}}

{{!-- The same where each rate is its own. --}}
{{#macro "own_error" "control" "treated" "ratio"}}
sqrt({{control}} * (1e0 - {{control}}) + {{treated}} * (1e0 - {{treated}}) / {{ratio}})
{{/macro}}

{{!--
  A query in parentheses of what was asked: baseline, effect, control_users, message; rate, difference, user_count, variance
  for the reckoning, NULL where message is not; alpha_reach, power_reach, and share, the variant's share of all users.
  `plan` has baseline, variance (null: a plan of rates), alpha, power, ratio, and effect and users if they are known.
--}}
{{#macro "plan_rows" "rel" "keys" "plan"}}
(
  select
    judged.*,
    case when message is null then baseline end as rate,
    case when message is null then effect end as difference,
    case when message is null then users_planned end as user_count,
    case when message is null then variance_given end as variance
  from (
    select
      questions.*,
      case
        when baseline is null then 'baseline is null'
        {{#if (eq plan.variance null)}}
        when not (baseline >= 0e0 and baseline <= 1e0) then 'baseline is not between 0 and 1'
        {{else}}
        when variance_given is null then 'variance is null'
        when not (variance_given > 0e0 and variance_given < 1e100) then 'variance is not between 0 and 1e100'
        {{/if}}
        {{#if (lookup plan "effect")}}
        when effect is null then 'effect is null'
        when effect = 0e0 then 'effect is 0'
        when not (abs(effect) > 1e-100 and abs(effect) < 1e100) then 'effect is not between 1e-100 and 1e100'
        {{#if (eq plan.variance null)}}
        when not (baseline + effect >= 0e0 and baseline + effect <= 1e0) then 'baseline + effect is not between 0 and 1'
        when baseline * (1e0 - baseline) + (baseline + effect) * (1e0 - baseline - effect) = 0e0 then 'in each variant all users convert or none'
        {{/if}}
        {{else}}
        {{#if (eq plan.variance null)}}
        when baseline = 1e0 then 'a rate of 1 cannot rise'
        {{/if}}
        {{/if}}
        {{#if (lookup plan "users")}}
        when users_planned is null then 'users is null'
        when not (users_planned > 0e0 and users_planned <= 1e15) then 'users is not between 0 and 1e15'
        {{/if}}
      end as message
    from (
      select
        {{numbered_keys keys}}
        cast({{plan.baseline}} as double precision) as baseline,
        {{given_or_null (lookup plan "effect")}} as effect,
        {{#if (lookup plan "users")}}{{plan.users}}{{else}}null{{/if}} as control_users,
        {{given_or_null (lookup plan "users")}} as users_planned,
        {{given_or_null plan.variance}} as variance_given,
        {{plan.ratio}} / (1e0 + {{plan.ratio}}) as share,
        alpha_reach,
        power_reach
      from {{rel}} as asked
      cross join {{plan_reaches plan.alpha plan.power}} as reaches
      {{fence}}
    ) as questions
    {{fence}}
  ) as judged
  {{fence}}
)
{{/macro}}

{{!-- Stops with a message unless alpha and power lie between 0 and 1 and ratio is above 0. Prints nothing. --}}
{{#macro "check_plan" "caller" "alpha" "power" "ratio"}}
{{check_level caller alpha name="alpha"}}
{{check_level caller power name="power"}}
{{#if (ne (type_of ratio) "number")}}
{{raise (concat caller ": expected a number above 0 for ratio, found " (to_json ratio))}}
{{else if (lte ratio 0)}}
{{raise (concat caller ": expected a number above 0 for ratio, found " ratio)}}
{{/if}}
{{#if (and (eq (type_of alpha) "number") (eq (type_of power) "number"))}}
{{#if (lte power alpha)}}
{{raise (concat caller ": expected a power above alpha, found " power " and " alpha)}}
{{/if}}
{{/if}}
{{/macro}}

{{!-- The one row of alpha_reach and power_reach: normal quantiles 1 - alpha / 2 and power. --}}
{{#macro "plan_reaches" "alpha" "power"}}
(
  select -{{norm_ppf "lower_share"}} as alpha_reach, {{norm_ppf "power_share"}} as power_reach
  from (
    select 5e-1 * cast({{alpha}} as double precision) as lower_share, cast({{power}} as double precision) as power_share
    {{fence}}
  ) as shares
)
{{/macro}}

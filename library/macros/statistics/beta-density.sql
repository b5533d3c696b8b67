{{!--
  A query that adds to each row of `rel` what the Beta density in t = logit(rate) is at its node:
  rate, rate_left (1 - rate), log_density, density, slope (l') and bend (l'').
  rel has alpha, beta, total, mean, complement, log_height, node, and from_mode = node - mode.
  Near the mode the exact form cancels, so a series in from_mode stands in for it.
--}}
{{#macro "beta_curve" "rel"}}
select
  beta_logs.*,
  {{safe_exp "log_density"}} as density,
  case when mean <= complement then alpha - total * rate else total * rate_left - beta end as slope,
  -total * rate * rate_left as bend
from (
  select
    beta_growths.*,
    log_height + {{beta_log_fall}} as log_density
  from (
    select
      beta_points.*,
      1e0 / (1e0 + exp(-node)) as rate,
      1e0 / (1e0 + exp(node)) as rate_left,
      case
        when mean <= complement then mean * (exp(from_mode) - 1e0)
        else complement * (exp(-from_mode) - 1e0)
      end as growth
    from {{rel}} as beta_points
    {{fence}}
  ) as beta_growths
  {{fence}}
) as beta_logs
{{/macro}}

{{!-- ln f(t) - ln f(mode), from alpha, beta, total, mean, complement, from_mode and growth. --}}
{{#macro "beta_log_fall"}}
(case
  when abs(from_mode) < 2e-2 then
    -total * mean * complement * from_mode * from_mode * (
      5e-1 + from_mode * (
        (complement - mean) / 6e0 + from_mode * (
          (1e0 - 6e0 * mean * complement) / 2.4e1 + from_mode * (
            (complement - mean) * (1e0 - 1.2e1 * mean * complement) / 1.2e2 + from_mode * (
              (1e0 - 3e1 * mean * complement + 1.2e2 * mean * mean * complement * complement) / 7.2e2
            )
          )
        )
      )
    )
  else
    case when mean <= complement then alpha * from_mode else -beta * from_mode end
    - total * {{log_one_plus "growth"}}
end)
{{/macro}}

{{!-- ln f(mode), without cancellation at any size. --}}
{{#macro "beta_log_height"}}
(
  5e-1 * ln(alpha * beta / (total * 6.283185307179586e0))
  + {{stirling_remainder "total"}}
  - {{stirling_remainder "alpha"}}
  - {{stirling_remainder "beta"}}
)
{{/macro}}

{{!-- ln(1 + x), with the digits that 1 + x loses put back. `x` is used many times: give a column. --}}
{{#macro "log_one_plus" "x"}}
(ln(1e0 + {{x}}) + ({{x}} - ((1e0 + {{x}}) - 1e0)) / (1e0 + {{x}}))
{{/macro}}

{{!--
  The integral over one panel from the value, slope and second derivative at both its ends:
  h/2 (f0 + f1) + h^2/10 (f0' - f1') + h^3/120 (f0'' + f1''). Exact to the fifth degree.
--}}
{{#macro "hermite_panel" "width" "left" "right" "left_slope" "right_slope" "left_bend" "right_bend"}}
(
  {{width}} * 5e-1 * ({{left}} + {{right}})
  + {{width}} * {{width}} * 1e-1 * ({{left_slope}} - {{right_slope}})
  + {{width}} * {{width}} * {{width}} * ({{left_bend}} + {{right_bend}}) / 1.2e2
)
{{/macro}}

{{!--
  s(z) = ln gamma(z) - ((z - 1/2) ln z - z + ln(2 pi)/2) for z > 0: what Stirling's formula leaves out, to 6e-15.
  The asymptotic series (Abramowitz and Stegun 6.1.40) from z = 10 on, below that shifted up by 10.
  `z` is used many times: give a column.
--}}
{{#macro "stirling_remainder" "z"}}
(case
  when {{z}} >= 1e1 then {{stirling_series z}}
  else
    ({{z}} + 9.5e0) * ln({{z}} + 1e1) - 1e1 + {{stirling_series (concat "(" z " + 1e1)")}}
    - ln({{z}} * ({{z}} + 1e0) * ({{z}} + 2e0) * ({{z}} + 3e0) * ({{z}} + 4e0)
      * ({{z}} + 5e0) * ({{z}} + 6e0) * ({{z}} + 7e0) * ({{z}} + 8e0) * ({{z}} + 9e0))
    - ({{z}} - 5e-1) * ln({{z}})
end)
{{/macro}}

{{#macro "stirling_series" "z"}}
((8.333333333333333e-2 + (-2.777777777777778e-3 + (7.936507936507937e-4 + (-5.952380952380953e-4
  + (8.417508417508417e-4 + (-1.9175269175269176e-3 + (6.410256410256410e-3 + (-2.955065359477124e-2)
  / ({{z}} * {{z}})) / ({{z}} * {{z}})) / ({{z}} * {{z}})) / ({{z}} * {{z}})) / ({{z}} * {{z}})) / ({{z}} * {{z}}))
  / ({{z}} * {{z}})) / {{z}})
{{/macro}}

{{!--
  The nodes 0..steps of a grid around a mode: `outwards` is how far out a node lies, from 1 at the lower end through
  0 in the middle to 1 at the upper end. Closest in the middle, where densities turn; their tails are exponential.
--}}
{{#macro "beta_steps" "steps"}}
(
  select number, from_middle * (3e-1 + 7e-1 * from_middle * from_middle) as outwards
  from (
    select number, abs(2e0 * number / {{steps}} - 1e0) as from_middle
    from {{number_series 0 steps}} as numbers
  ) as measured
)
{{/macro}}

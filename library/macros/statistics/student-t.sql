{{!--
  A query in parentheses that adds `critical` to each row of `rel`: the t with P(T > t) = (1 - level) / 2 at the row's `df`
  (a column of doubles, 1 or more; NULL gives NULL). Hill's approximation (1970, Algorithm 396, Communications of the ACM 13,
  619-620) and three Newton steps in the logarithms of t and P, where the curve is nearly straight. Relative error 1e-11.
--}}
{{#macro "student_t_critical" "rel" "level"}}
{{#let
  first=(student_t_guess (student_t_first_guess rel level) 0)}}
{{#let
  second=(student_t_guess first 1)}}
(
  select guesses.*, {{student_t_newton 2}} as critical
  from {{student_t_guess second 2}} as guesses
  {{fence}}
)
{{/let}}
{{/let}}
{{/macro}}

{{!-- `rel`, with guess_<n> by a step from the guess before it (none for the first), and the tail and density there. --}}
{{#macro "student_t_guess" "rel" "n"}}
(
  select
    guessed.*,
    {{student_t_sf (concat "guess_" n) "df"}} as tail_{{n}},
    {{student_t_log_density (concat "guess_" n)}} as log_density_{{n}}
  from {{#if (eq n 0)}}{{rel}} as guessed{{else}}(
    select stepped.*, {{student_t_newton (subtract n 1)}} as guess_{{n}}
    from {{rel}} as stepped
    {{fence}}
  ) as guessed{{/if}}
  {{fence}}
)
{{/macro}}

{{!-- The step from guess_<n>. --}}
{{#macro "student_t_newton" "n"}}
(guess_{{n}} * exp(
  (ln(tail_{{n}}) - ln(tail_wanted)) * tail_{{n}} / (guess_{{n}} * exp(log_density_{{n}}))
))
{{/macro}}

{{!-- ln of the density at the column `t`, from df and log_constant. --}}
{{#macro "student_t_log_density" "t"}}
(log_constant - 5e-1 * (df + 1e0) * {{log_one_plus (concat "(" t " * " t " / df)")}})
{{/macro}}

{{!-- ln gamma((df + 1) / 2) - ln gamma(df / 2) - ln(pi df) / 2, without cancellation, from the columns half_df and half_df_more. --}}
{{#macro "student_t_log_constant"}}
(
  half_df * {{log_one_plus "(5e-1 / half_df)"}}
  - 1.418938533204672742e0
  + {{stirling_remainder "half_df_more"}}
  - {{stirling_remainder "half_df"}}
)
{{/macro}}

{{!-- A query in parentheses: `rel` with tail_wanted, log_constant and Hill's guess_0. --}}
{{#macro "student_t_first_guess" "rel" "level"}}
(
  select
    hill_d.*,
    {{student_t_log_constant}} as log_constant,
    sqrt(df * case
      when hill_y > 5e-2 + hill_a then exp(hill_a * hill_near * hill_near) - 1e0
      else
        (
          (1e0 / (((df + 6e0) / (df * hill_y) - 8.9e-2 * hill_d - 8.22e-1) * (df + 2e0) * 3e0) + 5e-1 / (df + 4e0))
          * hill_y - 1e0
        ) * (df + 1e0) / (df + 2e0) + 1e0 / hill_y
    end) as guess_0
  from (
    select
      hill_c.*,
      (
        ((((4e-1 * hill_x * hill_x + 6.3e0) * hill_x * hill_x + 3.6e1) * hill_x * hill_x + 9.45e1)
          / ((((5e-2 * hill_d * hill_x - 5e0) * hill_x - 7e0) * hill_x - 2e0) * hill_x + hill_b + hill_c
            + case when df < 5e0 then 3e-1 * (df - 4.5e0) * (hill_x + 6e-1) else 0e0 end)
          - hill_x * hill_x - 3e0) / hill_b + 1e0
      ) * hill_x as hill_near
    from (
      select
        hill_b.*,
        power(hill_d * 2e0 * tail_wanted, 2e0 / df) as hill_y
      from (
        select
          hill_a.*,
          ((9.45e1 / (hill_b + hill_c) - 3e0) / hill_b + 1e0) * sqrt(hill_a * 1.5707963267948966e0) * df as hill_d
        from (
          select
            hill.*,
            ((2.07e4 * hill_a / hill_b - 9.8e1) * hill_a - 1.6e1) * hill_a + 9.636e1 as hill_c
          from (
            select
              given.*,
              tails.tail_wanted,
              -quantiles.critical as hill_x,
              1e0 / (df - 5e-1) as hill_a,
              4.8e1 * (df - 5e-1) * (df - 5e-1) as hill_b,
              5e-1 * df as half_df,
              5e-1 * df + 5e-1 as half_df_more
            from {{rel}} as given
            cross join (select (1e0 - cast({{level}} as double precision)) / 2e0 as tail_wanted) as tails
            cross join {{normal_quantile level}} as quantiles
            {{fence}}
          ) as hill
          {{fence}}
        ) as hill_a
        {{fence}}
      ) as hill_b
      {{fence}}
    ) as hill_c
    {{fence}}
  ) as hill_d
  {{fence}}
)
{{/macro}}

{{!--
  Each is a small query per row. DuckDB runs it for every row, also where the CASE around it has the answer: hence the
  arguments are NULL in it where they have none.
--}}

{{!--
  P(X <= x) for X of the Beta distribution with `alpha` and `beta` (above 0; below 0.1 the digits dwindle): 0 below 0, 1
  from 1 on, NULL where a parameter has no answer. Relative error 1e-11 or less; the upper tail of a small 1 - x is
  `beta_cdf` of 1 - x with `beta` and `alpha` exchanged.

  By Gauss and Legendre's rule, its places squared so that they are closest at x, over the smaller tail on the scale of
  logit(x), where the density is log-concave with
  exponential tails, so that it needs no Beta function: see `beta_posterior`. The arguments are columns or expressions
  over them; each row is a small query of its own (about 0.1 ms on Postgres).
--}}
{{#macro "beta_cdf" "x" "alpha" "beta"}}
(case
  when not ({{alpha}} > 0 and {{beta}} > 0) then null
  when {{x}} <= 0 then 0e0
  when {{x}} >= 1 then 1e0
  else (
    select case when max(outward) < 0e0 then sum(piece) else 1e0 - sum(piece) end
    from {{beta_tail_pieces (concat "(
      select
        ln(x_inside / (1e0 - x_inside)) as point,
        alpha_above_0 as alpha,
        beta_above_0 as beta
      from (
        select
          case when x_given > 0e0 and x_given < 1e0 then x_given end as x_inside,
          case when alpha_given > 0e0 then alpha_given end as alpha_above_0,
          case when beta_given > 0e0 then beta_given end as beta_above_0
        from (
          select
            cast(" x " as double precision) as x_given,
            cast(" alpha " as double precision) as alpha_given,
            cast(" beta " as double precision) as beta_given
        ) as arguments_given
      ) as arguments_with_an_answer
    )")}} as pieces
  )
end)
{{/macro}}

{{!--
  P(T > t) for T of Student's t distribution with `df` degrees of freedom, which may be fractional; the two-sided p-value
  is twice that of abs(t). NULL where `df` is not above 0. Relative error 1e-11 or less where the answer is below 1/2 (df
  from 1 to 1e9). It is half the Beta distribution's I(df / (df + t^2); df/2, 1/2) (Abramowitz and Stegun 26.7.1), by
  the rule of `beta_cdf`.
--}}
{{#macro "student_t_sf" "t" "df"}}
(case
  when not {{df}} > 0 then null
  when {{t}} = 0 then 5e-1
  when {{t}} > 1e100 then 0e0
  when {{t}} < -1e100 then 1e0
  else (
    select case when t_inside > 0e0 then 5e-1 * both_tails else 1e0 - 5e-1 * both_tails end
    from (
      select
        max(t_inside) as t_inside,
        case when max(outward) < 0e0 then sum(piece) else 1e0 - sum(piece) end as both_tails
      from {{beta_tail_pieces (concat "(
        select
          t_inside,
          ln(df_above_0) - 2e0 * ln(abs(t_inside)) as point,
          5e-1 * df_above_0 as alpha,
          cast(5e-1 as double precision) as beta
        from (
          select
            case when t_given <> 0e0 and abs(t_given) <= 1e100 then t_given end as t_inside,
            case when df_given > 0e0 then df_given end as df_above_0
          from (
            select cast(" t " as double precision) as t_given, cast(" df " as double precision) as df_given
          ) as arguments_given
        ) as arguments_with_an_answer
      )")}} as pieces
      {{fence}}
    ) as tails
  )
end)
{{/macro}}

{{!--
  P(X > x) for X of the chi-square distribution with `df` degrees of freedom, which may be fractional: 1 up to 0, NULL where
  `df` is not above 0. Relative error 1e-11 or less (df from 1 to 1e9). By Gauss and Legendre's rule over the smaller
  tail on the scale of ln(x): with a = df/2 the density of t = ln(x/2) is exp(a t - e^t) / gamma(a), log-concave, and
  ln gamma by Stirling's formula (Abramowitz and Stegun 6.1.40, 26.4.1).
--}}
{{#macro "chi2_sf" "x" "df"}}
(case
  when not {{df}} > 0 then null
  when {{x}} <= 0 then 1e0
  when {{x}} > 1e100 then 0e0
  else (
    select case when max(outward) < 0e0 then 1e0 - sum(piece) else sum(piece) end
    from (
      select
        outward,
        weight * reach * case when log_density < -6.9e2 then 0e0 else exp(log_density) end as piece
      from (
        select
          outward,
          weight,
          reach,
          log_height - shape * case
            when abs(from_mode) < 2e-2 then
              from_mode * from_mode * (
                5e-1 + from_mode * (
                  1e0 / 6e0 + from_mode * (1e0 / 2.4e1 + from_mode * (1e0 / 1.2e2 + from_mode / 7.2e2))
                )
              )
            else exp(case when from_mode < -6.9e2 then -6.9e2 else from_mode end) - 1e0 - from_mode
          end as log_density
        from (
          select
            tails.*,
            2e0 * place * weight as weight,
            start_from_mode + outward * reach * place * place as from_mode
          from (
            select
              starts.*,
              case when outward < 0e0
                then least(4e1 / greatest(abs(slope), 1e-30), sqrt(8e1 / shape) + 4e1 / shape)
                else least(4e1 / greatest(abs(slope), 1e-30), ln(1e0 + 4e1 / half + sqrt(8e1 / half)))
              end as reach
            from (
              select
                shapes.*,
                ln(half / shape) as start_from_mode,
                case when half <= shape then -1e0 else 1e0 end as outward,
                shape - half as slope,
                5e-1 * ln(shape / 6.283185307179586e0) - {{stirling_remainder "shape"}} as log_height
              from (
                select
                  case when x_given > 0e0 and x_given <= 1e100 then 5e-1 * x_given end as half,
                  case when df_given > 0e0 then 5e-1 * df_given end as shape
                from (
                  select cast({{x}} as double precision) as x_given, cast({{df}} as double precision) as df_given
                ) as arguments_given
                {{fence}}
              ) as shapes
              {{fence}}
            ) as starts
            {{fence}}
          ) as tails
          cross join {{gauss_legendre}} as legendre
          {{fence}}
        ) as places
        {{fence}}
      ) as densities
      {{fence}}
    ) as pieces
  )
end)
{{/macro}}

{{!--
  A query in parentheses of the 64 pieces for each row of `rel`, to be summed: together the tail of the Beta distribution
  from logit(x) = `point` on, downwards where `outward` is -1 and upwards where it is 1, always away from the mode. The
  columns of rel, among them point, alpha and beta, come along.
--}}
{{#macro "beta_tail_pieces" "rel"}}
(
  select
    densities.*,
    weight * reach * case when log_density < -6.9e2 then 0e0 else exp(log_density) end as piece
  from (
    select growths.*, log_height + {{beta_log_fall}} as log_density
    from (
      select
        places.*,
        case
          when mean <= complement then mean * (exp(greatest(least(from_mode, 6.9e2), -6.9e2)) - 1e0)
          else complement * (exp(-greatest(least(from_mode, 6.9e2), -6.9e2)) - 1e0)
        end as growth
      from (
        select
          tails.*,
          2e0 * place * weight as weight,
          point - mode + outward * reach * place * place as from_mode
        from (
          select
            starts.*,
            case when point <= mode then -1e0 else 1e0 end as outward,
            least(
              9e0 * spread + 3e1 / case when point <= mode then alpha else beta end,
              4e1 / greatest(abs(alpha - total / (1e0 + exp(-greatest(point, -6.9e2)))), 1e-30)
            ) as reach
          from (
            select
              shapes.*,
              alpha / total as mean,
              beta / total as complement,
              ln(alpha / beta) as mode,
              sqrt(total / (alpha * beta)) as spread,
              {{beta_log_height}} as log_height
            from (
              select shapes_given.*, alpha + beta as total
              from {{rel}} as shapes_given
              {{fence}}
            ) as shapes
            {{fence}}
          ) as starts
          {{fence}}
        ) as tails
        cross join {{gauss_legendre}} as legendre
        {{fence}}
      ) as places
      {{fence}}
    ) as growths
    {{fence}}
  ) as densities
  {{fence}}
)
{{/macro}}

{{!--
  P(X <= x) of the standard normal distribution, in SQL that every database has (Postgres has erf from 16 on,
  DuckDB has none). Half of erfc(-x / sqrt 2) by Cody's rational approximations (1969, Mathematics of Computation 23,
  631-637). Absolute error 2e-16; relative error 2e-13 down to x = -37, 0 below -37.5.
  `x` is written many times into the query: give a column.
--}}
{{#macro "norm_cdf" "x"}}
(5e-1 * {{complementary_error_function (concat "(cast(" x " as double precision) * -7.071067811865476e-1)")}})
{{/macro}}

{{!--
  The x with P(X <= x) = p of the standard normal distribution; NULL unless 0 < p < 1.
  Wichura's AS 241, PPND16 (1988, Applied Statistics 37, 477-484). Relative error 8e-16 for p from 1e-300 to 1 - 1e-15.
  `p` is written many times into the query: give a column.
--}}
{{#macro "norm_ppf" "p"}}
{{#let probability=(concat "cast(" p " as double precision)")}}
{{#let
  center=(concat "(" probability " - 5e-1)")
  tail=(concat "sqrt(-ln(case when " probability " < 5e-1 then " probability " else 1e0 - " probability " end))")}}
(case
  when not ({{probability}} > 0e0 and {{probability}} < 1e0) then null
  when abs({{center}}) <= 4.25e-1 then
    {{center}}
    * {{polynomial (concat "(1.80625e-1 - " center " * " center ")") (list
      "3.387132872796366608e0" "1.3314166789178437745e2" "1.9715909503065514427e3" "1.3731693765509461125e4"
      "4.5921953931549871457e4" "6.7265770927008700853e4" "3.3430575583588128105e4" "2.5090809287301226727e3")}}
    / {{polynomial (concat "(1.80625e-1 - " center " * " center ")") (list
      "1e0" "4.2313330701600911252e1" "6.8718700749205790830e2" "5.3941960214247511077e3"
      "2.1213794301586595867e4" "3.9307895800092710610e4" "2.8729085735721942674e4" "5.2264952788528545610e3")}}
  when {{tail}} <= 5e0 then
    sign({{center}})
    * {{polynomial (concat "(" tail " - 1.6e0)") (list
      "1.42343711074968357734e0" "4.63033784615654529590e0" "5.76949722146069140550e0" "3.64784832476320460504e0"
      "1.27045825245236838258e0" "2.41780725177450611770e-1" "2.27238449892691845833e-2" "7.74545014278341407640e-4")}}
    / {{polynomial (concat "(" tail " - 1.6e0)") (list
      "1e0" "2.05319162663775882187e0" "1.67638483018380384940e0" "6.89767334985100004550e-1"
      "1.48103976427480074590e-1" "1.51986665636164571966e-2" "5.47593808499534494600e-4" "1.05075007164441684324e-9")}}
  else
    sign({{center}})
    * {{polynomial (concat "(" tail " - 5e0)") (list
      "6.65790464350110377720e0" "5.46378491116411436990e0" "1.78482653991729133580e0" "2.96560571828504891230e-1"
      "2.65321895265761230930e-2" "1.24266094738807843860e-3" "2.71155556874348757815e-5" "2.01033439929228813265e-7")}}
    / {{polynomial (concat "(" tail " - 5e0)") (list
      "1e0" "5.99832206555887937690e-1" "1.36929880922735805310e-1" "1.48753612908506148525e-2"
      "7.86869131145613259100e-4" "1.84631831751005468180e-5" "1.42151175831644588870e-7" "2.04426310338993978564e-15")}}
end)
{{/let}}
{{/let}}
{{/macro}}

{{!--
  erfc(z) = 1 - erf(z). Beyond 4 the exponential is split at y rounded down to a sixteenth, so that y * y keeps its
  digits; from 26.5 on the result is 0.
--}}
{{#macro "complementary_error_function" "z"}}
{{#let y=(concat "abs(" z ")")}}
{{#let
  square=(concat "(" y " * " y ")")
  inverse_square=(concat "(1e0 / (" y " * " y "))")
  step=(concat "(trunc(" y " * 1.6e1) / 1.6e1)")}}
(case
  when {{y}} <= 4.6875e-1 then
    1e0 - {{z}}
    * {{polynomial square (list
      "3.20937758913846947e3" "3.77485237685302021e2" "1.13864154151050156e2"
      "3.16112374387056560e0" "1.85777706184603153e-1")}}
    / {{polynomial square (list
      "2.84423683343917062e3" "1.28261652607737228e3" "2.44024637934444173e2" "2.36012909523441209e1" "1e0")}}
  when {{y}} > 2.65e1 then case when {{z}} < 0e0 then 2e0 else 0e0 end
  else
    case when {{z}} < 0e0 then 2e0 else 0e0 end
    + case when {{z}} < 0e0 then -1e0 else 1e0 end
    * exp(-{{step}} * {{step}}) * exp(-(({{y}} - {{step}}) * ({{y}} + {{step}})))
    * case
      when {{y}} <= 4e0 then
        {{polynomial y (list
          "1.23033935479799725e3" "2.05107837782607147e3" "1.71204761263407058e3" "8.81952221241769090e2"
          "2.98635138197400131e2" "6.61191906371416295e1" "8.88314979438837594e0" "5.64188496988670089e-1"
          "2.15311535474403846e-8")}}
        / {{polynomial y (list
          "1.23033935480374942e3" "3.43936767414372164e3" "4.36261909014324716e3" "3.29079923573345963e3"
          "1.62138957456669019e3" "5.37181101862009858e2" "1.17693950891312499e2" "1.57449261107098347e1" "1e0")}}
      else
        (
          5.6418958354775628695e-1 - {{inverse_square}}
          * {{polynomial inverse_square (list
            "6.58749161529837803e-4" "1.60837851487422766e-2" "1.25781726111229246e-1"
            "3.60344899949804439e-1" "3.05326634961232344e-1" "1.63153871373020978e-2")}}
          / {{polynomial inverse_square (list
            "2.33520497626869185e-3" "6.05183413124413191e-2" "5.27905102951428412e-1"
            "1.87295284992346725e0" "2.56852019228982242e0" "1e0")}}
        ) / {{y}}
    end
end)
{{/let}}
{{/let}}
{{/macro}}

{{!-- c0 + x * (c1 + x * (c2 + ..)) for coefficients from the constant up, each written as text. --}}
{{#macro "polynomial" "x" "coefficients"}}
({{join coefficients (concat " + " x " * (")}}{{#each coefficients}}{{#unless @first}}){{/unless}}{{/each}})
{{/macro}}

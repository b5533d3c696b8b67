/** The metrics of an A/B test to one query that draws its users anew many times and counts how often each is called different. */

export interface SimulatedMetric {
  /** As results call it. */
  readonly name: string
  readonly test: 'proportion' | 'mean' | 'ratio'
  /** SQL of one user's row, and conditions under which the row counts. */
  readonly numerator: string
  readonly denominator: string | undefined
  readonly filters: readonly string[]
  /** A user counts for at most this quantile of all; undefined: for all they have. */
  readonly capQuantile: number | undefined
  /** What was known before the exposure, to adjust by; undefined: nothing. */
  readonly covariate: string | undefined
}

export interface AaRequest {
  readonly experiment: string
  /** The model whose rows are users. */
  readonly model: string
  readonly metrics: readonly SimulatedMetric[]
  /** Shares of the whole, the control first. */
  readonly variants: readonly { readonly name: string; readonly share: number }[]
  readonly simulations: readonly Coefficients[]
  readonly level: number
}

/**
 * Of a polynomial of the third degree modulo `prime`, drawn at random: the numbers that it gives to users are uniform, and
 * independent of each other in any four. So means, variances and covariances over simulations are those of dice, and both
 * databases throw the same ones.
 */
export type Coefficients = readonly [number, number, number, number]

/** Products of two numbers below it fit into 63 bits. */
export const prime = 2_147_483_647

/** A template: what tests the variants is what tests them in the results. Columns: metric, variant, answered, false_positives. */
export function aaQuery(request: AaRequest): string {
  const { model, experiment, metrics, simulations } = request
  const draws = simulations.map(
    (coefficients, index) => `(${[index + 1, ...coefficients].join(', ')})`,
  )
  return `with users_given as {{materialized}} (
  select
    cast(row_number() over (order by cast(user_id as varchar){{#if (eq target.type "postgres")}} collate "C"{{/if}}) as bigint) as unit,
${metrics.flatMap((metric, place) => givenColumns(metric, place)).join(',\n')}
  from (
    select *
    from {{ref ${quoted(model)}}}
    where experiment_id = ${literal(experiment)}
  ) as outcomes
),
centres as {{materialized}} (
  select
${metrics.flatMap((metric, place) => centreColumns(metric, place)).join(',\n')}
  from users_given
),
users_measured as {{materialized}} (
  select
    unit,
${metrics.flatMap((metric, place) => measuredColumns(metric, place)).join(',\n')}
  from users_given
  cross join centres
),
simulations (simulation, a, b, c, d) as {{materialized}} (
  select
    cast(drawn.simulation as bigint),
    cast(drawn.a as bigint),
    cast(drawn.b as bigint),
    cast(drawn.c as bigint),
    cast(drawn.d as bigint)
  from (values ${draws.join(', ')}) as drawn (simulation, a, b, c, d)
),
sums as {{materialized}} (
  select
    simulation,
    ${armOf(request)} as arm,
${metrics.flatMap((metric, place) => sumColumns(metric, place)).join(',\n')}
  from (
    select
      simulations.simulation,
      ((((a * unit + b) % ${prime}) * unit + c) % ${prime} * unit + d) % ${prime} as draw,
      users_measured.*
    from users_measured
    cross join simulations
    {{fence}}
  ) as thrown
  group by 1, 2
),
${testedCtes(request).join(',\n')}
select
  metric,
  variant,
  count(p_value) as answered,
  coalesce(sum(case when p_value < ${1 - request.level} then 1 else 0 end), 0) as false_positives
from (
  ${kindsOf(request)
    .map((kind) => `select metric, variant, p_value from ${kind}_tested`)
    .join('\n  union all\n  ')}
) as tested
where variant is not null
group by metric, variant
order by metric, variant`
}

function givenColumns(metric: SimulatedMetric, place: number): readonly string[] {
  const counted = (sql: string) => {
    const value = `cast(${sql} as double precision)`
    const conditions = metric.filters.map((filter) => `(${filter})`).join(' and ')
    return conditions === '' ? value : `case when ${conditions} then ${value} end`
  }
  const also = metric.denominator ?? metric.covariate
  return [
    `    ${counted(metric.numerator)} as x${place}`,
    ...(also === undefined ? [] : [`    ${counted(also)} as y${place}`]),
  ]
}

/** Sums of squares about the mean of all keep their digits; a cap is that of all users together. */
function centreColumns(metric: SimulatedMetric, place: number): readonly string[] {
  const cap =
    metric.capQuantile === undefined
      ? `cast(null as double precision)`
      : `percentile_cont(${metric.capQuantile}) within group (order by x${place})`
  return [
    `    ${cap} as cap${place}`,
    `    ${metric.test === 'mean' ? `avg(x${place})` : '0e0'} as x_centre${place}`,
    ...(metric.covariate === undefined ? [] : [`    avg(y${place}) as y_centre${place}`]),
  ]
}

function measuredColumns(metric: SimulatedMetric, place: number): readonly string[] {
  const x = metric.capQuantile === undefined ? `x${place}` : `least(x${place}, cap${place})`
  return [
    `    ${x} - x_centre${place} as x${place}`,
    ...(metric.denominator === undefined ? [] : [`    y${place}`]),
    ...(metric.covariate === undefined ? [] : [`    y${place} - y_centre${place} as y${place}`]),
  ]
}

function sumColumns(metric: SimulatedMetric, place: number): readonly string[] {
  const [x, y] = [`x${place}`, `y${place}`]
  const hasSquares = metric.test !== 'proportion'
  const hasPair = metric.denominator !== undefined || metric.covariate !== undefined
  return [
    `    count(${x}) as n${place}`,
    `    sum(${x}) as x${place}`,
    ...(hasSquares ? [`    sum(${x} * ${x}) as xx${place}`] : []),
    ...(hasPair
      ? [
          `    sum(${y}) as y${place}`,
          `    sum(${x} * ${y}) as xy${place}`,
          `    sum(${y} * ${y}) as yy${place}`,
        ]
      : []),
  ]
}

/** The control is arm 1. */
function armOf({ variants }: AaRequest): string {
  let sum = 0
  const bounds = variants.slice(0, -1).map(({ share }, index) => {
    sum += share
    return `when draw < ${Math.round(sum * prime)} then ${index + 1}`
  })
  return bounds.length === 0 ? '1' : `case ${bounds.join(' ')} else ${variants.length} end`
}

type Kind = 'proportion' | 'mean' | 'ratio'

function kindsOf({ metrics }: AaRequest): readonly Kind[] {
  const kinds = ['proportion', 'mean', 'ratio'] as const
  return kinds.filter((kind) => metrics.some(({ test }) => test === kind))
}

function testedCtes(request: AaRequest): readonly string[] {
  return kindsOf(request).flatMap((kind) => [
    `${kind}_inputs as {{materialized}} (
  ${request.metrics
    .flatMap((metric, place) => (metric.test === kind ? momentsOf(request, metric, place) : []))
    .join('\n  union all\n  ')}
)`,
    `${kind}_tested as {{materialized}} (
  ${testOf[kind](request.level)}
)`,
  ])
}

function momentsOf(
  { variants }: AaRequest,
  metric: SimulatedMetric,
  place: number,
): readonly string[] {
  const names = variants.map(({ name }, index) => `when ${index + 1} then ${literal(name)}`)
  const head = (name: string) => `select
    ${literal(name)} as metric,
    simulation,
    case arm ${names.join(' ')} end as variant,
    arm = 1 as is_control,
    n${place} as users`
  const [n, x, y] = [`n${place}`, `x${place}`, `y${place}`]
  const product = (sum: string, a: string, b: string) =>
    `case when ${n} > 1 then (${sum} - ${a} * ${b} / ${n}) / (${n} - 1) end`
  const from = 'from sums'
  if (metric.test === 'proportion') {
    return [
      `${head(metric.name)},\n    cast(coalesce(${x}, 0) as bigint) as conversions\n  ${from}`,
    ]
  }
  const xx = product(`xx${place}`, x, x)
  if (metric.test === 'ratio') {
    const columns = `${x} as numerator, ${y} as denominator, ${xx} as numerator_variance, ${product(`yy${place}`, y, y)} as denominator_variance, ${product(`xy${place}`, x, y)} as covariance`
    return [`${head(metric.name)},\n    ${columns}\n  ${from}`]
  }
  const plain = `${head(metric.name)},\n    ${x} / nullif(${n}, 0) as mean, greatest(${xx}, 0e0) as variance\n  ${from}`
  if (metric.covariate === undefined) return [plain]
  // As the macro cuped: the slope within variants, over all of them.
  const over = 'over (partition by simulation)'
  const slope = `sum(xy${place} - ${x} * ${y} / nullif(${n}, 0)) ${over} / nullif(sum(yy${place} - ${y} * ${y} / nullif(${n}, 0)) ${over}, 0e0)`
  const variance = `${xx} - 2e0 * theta * ${product(`xy${place}`, x, y)} + theta * theta * ${product(`yy${place}`, y, y)}`
  const adjusted = `${head(`${metric.name}, cuped`)},
    (${x} - theta * ${y}) / nullif(${n}, 0) as mean, greatest(${variance}, 0e0) as variance
  from (select sums.*, coalesce(${slope}, 0e0) as theta from sums) as sloped`
  return [plain, adjusted]
}

const testOf: Readonly<Record<Kind, (level: number) => string>> = {
  proportion: (level) =>
    `{{two_proportion_test "proportion_inputs" keys=(list "metric" "simulation") variant="variant" control="is_control" users="users" conversions="conversions" level=${level}}}`,
  mean: (level) =>
    `{{welch_test "mean_inputs" keys=(list "metric" "simulation") variant="variant" control="is_control" users="users" mean="mean" variance="variance" level=${level}}}`,
  ratio: (level) =>
    `{{ratio_moments_test "ratio_inputs" keys=(list "metric" "simulation") variant="variant" control="is_control" users="users" numerator="numerator" denominator="denominator" numerator_variance="numerator_variance" denominator_variance="denominator_variance" covariance="covariance" level=${level}}}`,
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''").replaceAll('{{', String.raw`\{{`)}'`
}

/** A text in a template. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', String.raw`\"`)}"`
}

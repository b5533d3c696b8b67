/** A metric and a question (by which columns, where) to the SQL that answers it, or to why no number would. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import type { Dialect } from '../../core/dialect.ts'
import { type Measure, type Metric, type TimeGrain, timeGrains } from '../../core/node/metric.ts'
import { failure, type Result, success } from '../../core/result.ts'

export interface MetricQuestion {
  /** Dimensions, and the time column, with or without a grain: `day`, `day:month`. */
  readonly by: readonly string[]
  /** Conditions on the model's columns, all of which hold. */
  readonly where: readonly string[]
}

interface Grouping {
  /** What was asked for, and the name of the column in the answer. */
  readonly label: string
  readonly column: string
  /** undefined: the values as they are. */
  readonly grain: TimeGrain | undefined
}

/** `relation`: what stands after FROM. */
export function metricQuery(
  metric: Metric,
  question: MetricQuestion,
  { dialect, relation }: { readonly dialect: Dialect; readonly relation: string },
): Result<string> {
  const groupings = question.by.map((text) => groupingOf(metric, text))
  const faults = groupings.flatMap((grouping) => ('severity' in grouping ? [grouping] : []))
  if (faults.length > 0) return failure(faults)
  const by = groupings.flatMap((grouping) => ('severity' in grouping ? [] : [grouping]))
  const refused = measures(metric).flatMap((measure) => additionFault(metric, measure, by))
  if (refused.length > 0) return failure(refused)
  return success(queryText(metric, { by, where: question.where, dialect, relation }))
}

function measures({ value }: Metric): readonly Measure[] {
  return value.kind === 'simple' ? [value.measure] : [value.numerator, value.denominator]
}

function groupingOf(metric: Metric, text: string): Grouping | Diagnostic {
  const [name = '', grainText] = text.split(':')
  const { time, dimensions } = metric
  const known = [...dimensions, ...(time === undefined ? [] : [time.column])]
  if (!known.includes(name)) {
    const nearest = nearestName(name, known)
    return errorDiagnostic({
      code: 'unknown-dimension',
      message: `expected a dimension of the metric "${metric.name}", found "${name}"`,
      span: metric.span,
      hint:
        nearest === undefined
          ? `it has ${known.length === 0 ? 'none' : known.join(', ')}`
          : `did you mean "${nearest}"?`,
    })
  }
  const grain = timeGrains.find((each) => each === grainText)
  if (grainText === undefined) return { label: name, column: name, grain: undefined }
  const isFiner =
    grain !== undefined &&
    time?.grain !== undefined &&
    timeGrains.indexOf(grain) < timeGrains.indexOf(time.grain)
  if (name !== time?.column || grain === undefined || isFiner) {
    const usable = timeGrains.slice(timeGrains.indexOf(time?.grain ?? 'hour'))
    return errorDiagnostic({
      code: 'unknown-dimension',
      message:
        name === time?.column
          ? `expected one of ${usable.join(', ')} behind "${name}:", found "${grainText}"`
          : `expected "${name}" alone, found "${text}"; it is not the time of the metric "${metric.name}"`,
      span: metric.span,
    })
  }
  return { label: `${name}_${grain}`, column: name, grain }
}

/** A sum of what may not be added, and an average of averages, are numbers that mean nothing. */
function additionFault(
  metric: Metric,
  measure: Measure,
  by: readonly Grouping[],
): readonly Diagnostic[] {
  const { agg, additivity, notOver, expr = '' } = measure
  if (agg !== 'sum' && agg !== 'avg') return []
  const isAsItIs = (column: string, grain: TimeGrain | undefined) =>
    by.some((each) => each.column === column && (each.grain ?? grain) === grain)
  const { time, dimensions } = metric
  const isOverTime =
    additivity !== 'additive' && time !== undefined && !isAsItIs(time.column, time.grain)
  const lost = dimensions.filter((name) => !isAsItIs(name, undefined))
  const over = [
    ...(isOverTime ? [time.column] : []),
    ...lost.filter((name) => additivity === 'non_additive' || notOver.includes(name)),
  ]
  if (over.length === 0) return []
  const what = agg === 'sum' ? 'summed' : 'averaged'
  return [
    errorDiagnostic({
      code: 'non-additive',
      message: `expected ${quoted(over)} kept apart, found "${expr}" ${what} over ${over.length === 1 ? 'it' : 'them'}; it is not additive${additivity === 'semi_additive' && isOverTime ? ' over time' : ''}`,
      span: measure.span,
      hint: alternative(metric, measure, over),
    }),
  ]
}

function alternative({ time }: Metric, { additivity }: Measure, over: readonly string[]): string {
  const asked = `ask ${over.map((name) => `--by ${name}`).join(' ')}`
  if (additivity === 'semi_additive' && time !== undefined) {
    return `${asked}, or declare agg: last, which takes the last ${time.grain ?? 'moment'} of each group`
  }
  return `${asked}, or declare what can be added: numerator and denominator, agg: count_distinct on facts`
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}

interface QueryParts {
  readonly by: readonly Grouping[]
  readonly where: readonly string[]
  readonly dialect: Dialect
  readonly relation: string
}

/** Names beginning with `assay_` are those of the query itself. */
function queryText(metric: Metric, { by, where, dialect, relation }: QueryParts): string {
  const { time, value, filters } = metric
  const keys = by.map((each, index) => ({
    sql: groupText(dialect, each),
    name: `assay_by_${index + 1}`,
    label: dialect.quote(each.label),
  }))
  const conditions = [...filters, ...where].map((condition) => `(${condition})`)
  const goesByTime = measures(metric).some(({ agg }) => agg === 'first' || agg === 'last')
  const rows = [
    `select\n  ${['*', ...keys.map(({ sql, name }) => `${sql} as ${name}`)].join(',\n  ')}`,
    `from ${relation}`,
    ...(conditions.length === 0 ? [] : [`where ${conditions.join('\n  and ')}`]),
  ]
  const moments = momentsOf(dialect, time?.column, keys)
  const measured = (measure: Measure) => measureText(dialect, measure, time?.column)
  const columns =
    value.kind === 'simple'
      ? [`${measured(value.measure)} as ${dialect.quote(metric.name)}`]
      : [
          `${measured(value.numerator)} as numerator`,
          `${measured(value.denominator)} as denominator`,
          `cast(${measured(value.numerator)} as double precision)\n    / nullif(cast(${measured(value.denominator)} as double precision), 0) as ${dialect.quote(metric.name)}`,
        ]
  const names = keys.map(({ name }) => name).join(', ')
  return [
    `with assay_rows as (\n${indented(rows.join('\n'))}\n)`,
    ...(goesByTime ? [`, assay_moments as (\n${indented(moments)}\n)`] : []),
    `select\n  ${[...keys.map(({ name, label }) => `${name} as ${label}`), ...columns].join(',\n  ')}`,
    `from ${goesByTime ? 'assay_moments' : 'assay_rows'}`,
    ...(keys.length === 0 ? [] : [`group by ${names}`, `order by ${names}`]),
  ].join('\n')
}

function groupText(dialect: Dialect, { column, grain }: Grouping): string {
  const name = dialect.quote(column)
  if (grain === undefined) return name
  // Of a date Postgres would make a timestamp with a zone.
  const start = `date_trunc('${grain}', cast(${name} as timestamp))`
  return `cast(${start} as ${grain === 'hour' ? 'timestamp' : 'date'})`
}

function momentsOf(
  dialect: Dialect,
  time: string | undefined,
  keys: readonly { readonly name: string }[],
): string {
  const column = time === undefined ? 'null' : dialect.quote(time)
  const within = keys.length === 0 ? '' : `partition by ${keys.map(({ name }) => name).join(', ')}`
  return `select
  *,
  min(${column}) over (${within}) as assay_first,
  max(${column}) over (${within}) as assay_last
from assay_rows`
}

function measureText(dialect: Dialect, measure: Measure, time: string | undefined): string {
  const { agg, expr, filters } = measure
  const column = time === undefined ? 'null' : dialect.quote(time)
  const moment =
    agg === 'first' ? [`${column} = assay_first`] : agg === 'last' ? [`${column} = assay_last`] : []
  const conditions = [...filters, ...moment].map((condition) => `(${condition})`).join(' and ')
  const value = expr ?? '1'
  const counted = conditions === '' ? value : `case when ${conditions} then ${value} end`
  switch (agg) {
    case 'sum':
    case 'first':
    case 'last':
      return `coalesce(sum(${counted}), 0)`
    case 'count':
      return `count(${counted})`
    case 'count_distinct':
      return `count(distinct ${counted})`
    case 'avg':
    case 'min':
    case 'max':
      return `${agg}(${counted})`
  }
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}

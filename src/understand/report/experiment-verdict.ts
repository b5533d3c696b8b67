/** What came of an A/B test, in one sentence with its uncertainty: is it better, how sure is that, does it hurt anything. */
import {
  controlOf,
  type ExperimentData,
  healthRow,
  isRunning,
  labelOf,
  levelText,
  overallRows,
  readableInterval,
  variantLabel,
} from './experiment-data.ts'
import {
  countText,
  differenceText,
  equalsProbability,
  rangeText,
  unitOf,
  valueText,
} from './number-text.ts'
import type { ReportDocument, Tone } from './report-document.ts'
import { firstNumber, numberAt, type ReportRow, textAt } from './report-row.ts'

export function experimentVerdict(data: ExperimentData): ReportDocument['verdict'] {
  const rows = overallRows(data).filter(({ metric }) => metric === data.primaryMetric)
  if (rows.length === 0) return { text: noResult(data), tone: 'open' }
  const clauses = rows.map((row) => `${clauseOf(data, row)}${guardClause(data, row)}`)
  const doubt = splitDoubt(data)
  const text = `${doubt}${clauses.join('; ')}.`
  return { text: text.charAt(0).toUpperCase() + text.slice(1), tone: toneOf(data, rows, doubt) }
}

function toneOf(data: ExperimentData, rows: readonly ReportRow[], doubt: string): Tone {
  if (doubt !== '' || rows.every(({ verdict }) => verdict === 'worse')) return 'bad'
  const winners = rows.filter(({ verdict }) => verdict === 'better')
  const isUnharmed = (row: ReportRow) =>
    guardsOf(data, row).every(({ verdict }) => verdict !== 'harmed')
  if (winners.some(isUnharmed)) return 'good'
  return winners.length > 0 ? 'bad' : 'open'
}

function noResult(data: ExperimentData): string {
  const immature = numberAt(healthRow(data, 'immature'), 'statistic') ?? 0
  const waiting =
    immature > 0
      ? `: the outcome windows of ${countText(immature)} exposed users are still open`
      : ': nobody was exposed to it so far'
  return `No result yet${waiting}.`
}

/** Whoever was lost on the way may be why the variants differ. */
function splitDoubt(data: ExperimentData): string {
  const split = healthRow(data, 'srm')
  if (split?.['passed'] !== false) return ''
  const p = numberAt(split, 'p_value')
  return `not to be believed before it is found out why users are not split as planned (p ${equalsProbability(p)}): `
}

function clauseOf(data: ExperimentData, row: ReportRow): string {
  const variant = variantLabel(data, textAt(row, 'variant'))
  const control = variantLabel(data, controlOf(data))
  const lift = numberAt(row, 'lift')
  if (lift === undefined) {
    return `no verdict on ${variant || control}: ${textAt(row, 'message') || 'there is no lift'}`
  }
  const unit = unitOf(row)
  const compared = `${labelOf(data, data.primaryMetric)} is ${valueText(firstNumber(row, ['rate', 'mean', 'ratio']), unit)} against ${valueText(firstNumber(row, ['control_rate', 'control_mean', 'control_ratio']), unit)}, a difference of ${differenceText(lift, unit)}`
  const [low, high] = readableInterval(data, row)
  const isEarly = isRunning(data)
  const kind = isEarly ? `always-valid ${levelText(data)} interval` : `${levelText(data)} interval`
  const range = low === undefined ? '' : `${kind} ${rangeText(low, high, unit)}`
  const p = isEarly
    ? firstNumber(row, ['sequential_p_value_adjusted', 'sequential_p_value'])
    : firstNumber(row, ['p_value_adjusted', 'p_value'])
  const sure = [range, ...(p === undefined ? [] : [`p ${equalsProbability(p)}`])].filter(Boolean)
  const uncertainty = sure.length === 0 ? '' : ` (${sure.join(', ')})`
  switch (textAt(row, 'verdict')) {
    case 'better':
      return `${variant} is better than ${control}${early(isEarly)}: ${compared}${uncertainty}`
    case 'worse':
      return `${variant} is worse than ${control}${early(isEarly)}: ${compared}${uncertainty}`
    case 'inconclusive':
      return `it is not decided whether ${variant} is better than ${control}: ${compared}${uncertainty}`
    default:
      return `${reasonOf(row)}: ${compared}${uncertainty}`
  }
}

function early(isEarly: boolean): string {
  return isEarly ? ', decided before the planned end' : ''
}

/** `no verdict yet, 498 of 2000 planned users` */
function reasonOf(row: ReportRow): string {
  return (textAt(row, 'message') || 'no verdict').replace(':', ',')
}

function guardsOf({ rows }: ExperimentData, row: ReportRow): readonly ReportRow[] {
  return rows.experiment_guardrails.filter(({ variant }) => variant === row['variant'])
}

function guardClause(data: ExperimentData, row: ReportRow): string {
  const guards = guardsOf(data, row)
  const named = (verdict: string) =>
    guards
      .filter((guard) => guard['verdict'] === verdict)
      .map((guard) => labelOf(data, textAt(guard, 'metric')))
  const harmed = named('harmed')
  if (harmed.length > 0) return `, but it harms ${harmed.join(' and ')}`
  if (guards.length === 0) return ''
  const safe = named('safe').length
  return safe === guards.length
    ? ', and every guardrail is safe'
    : `, and no guardrail is shown to be harmed (${safe} of ${guards.length} shown to be safe)`
}

/** What a report of an A/B test is made of: its declaration, and the rows that the project's views have of it. */
import type { JsonObject } from '../../core/json.ts'
import type { ExperimentValue } from '../../core/node/experiment.ts'
import { countText } from './number-text.ts'
import { numberAt, type ReportRow } from './report-row.ts'

/** The views that are read, and the columns their rows are sorted by. */
export const reportViews = {
  experiment_results: ['metric', 'segment', 'variant'],
  experiment_guardrails: ['metric', 'variant'],
  experiment_health: ['check_name'],
  experiment_looks: ['metric', 'variant', 'look'],
  experiment_interactions: ['metric', 'segment_dimension', 'variant'],
  experiment_cuped: ['metric', 'variant'],
  experiment_regression: ['model', 'term'],
} as const

export type ReportView = keyof typeof reportViews

export interface ComparedMetric {
  /** As results call it. */
  readonly name: string
  readonly label: string
  readonly description: string
  readonly better: 'higher' | 'lower'
  /** As its YAML has it: `unit` among others. */
  readonly meta: JsonObject
}

export interface ExperimentData {
  readonly id: string
  /** undefined: it is known by its counts only. */
  readonly declared: ExperimentValue | undefined
  /** As results call it. */
  readonly primaryMetric: string
  readonly metrics: readonly ComparedMetric[]
  /** Of the intervals, 0 to 1. */
  readonly level: number
  /** The now of the data; undefined: the project does not say. */
  readonly asOf: string | undefined
  readonly rows: Readonly<Record<ReportView, readonly ReportRow[]>>
}

export function labelOf(data: ExperimentData, metric: string): string {
  return data.metrics.find(({ name }) => name === metric)?.label ?? metric
}

export function controlOf({ declared }: ExperimentData): string {
  return declared?.control ?? 'the control'
}

export function variantLabel({ declared }: ExperimentData, name: string): string {
  return declared?.variants.find((variant) => variant.name === name)?.label ?? name
}

export function controlName(data: ExperimentData): string {
  return variantLabel(data, controlOf(data))
}

/** Over all users. */
export function overallRows({ rows }: ExperimentData): readonly ReportRow[] {
  return rows.experiment_results.filter(({ segment }) => segment === 'all')
}

export function levelText({ level }: ExperimentData): string {
  return `${Number((level * 100).toFixed(1))}%`
}

/** undefined: the check was not made. */
export function healthRow({ rows }: ExperimentData, check: string): ReportRow | undefined {
  return rows.experiment_health.find((row) => row['check_name'] === check)
}

/** Whether the planned users are still to come, so that only always-valid intervals may be read. */
export function isRunning(data: ExperimentData): boolean {
  return healthRow(data, 'planned_n')?.['passed'] === false
}

/** The interval that may be read now: always valid while it runs. */
export function readableInterval(
  data: ExperimentData,
  row: ReportRow,
): readonly [low: number | undefined, high: number | undefined] {
  return isRunning(data)
    ? [numberAt(row, 'sequential_ci_low'), numberAt(row, 'sequential_ci_high')]
    : [numberAt(row, 'ci_low'), numberAt(row, 'ci_high')]
}

/** Why what holds for one look only is left out while it runs, and when it comes; `what` is a plural. */
export function waitingText({ declared }: ExperimentData, what: string): string {
  const planned = declared?.planned_n ?? undefined
  const users = planned === undefined ? 'the planned users' : `${countText(planned)} users`
  const end = declared?.end ?? undefined
  const over = end === undefined ? '' : `, or the test has ended (${end})`
  return `${what} come once ${users} are in the results${over}: they hold for one look at the end, and who looks at them every day until then finds a difference where there is none.`
}

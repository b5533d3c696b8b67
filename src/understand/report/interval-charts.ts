/** Rows of an A/B test to charts of their intervals. */
import {
  type ExperimentData,
  controlName,
  isRunning,
  labelOf,
  levelText,
  readableInterval,
  variantLabel,
} from './experiment-data.ts'
import type { IntervalChart, ReportBlock, Tone } from './report-document.ts'
import { firstNumber, numberAt, type ReportRow, textAt } from './report-row.ts'

export const valueColumns = ['rate', 'mean', 'ratio'] as const
export const controlColumns = ['control_rate', 'control_mean', 'control_ratio'] as const

export function charted(chart: IntervalChart): readonly ReportBlock[] {
  return chart.lines.length === 0 ? [] : [chart]
}

/** As shares of the control's value, so that metrics of any unit stand on one axis. */
export function relativeChart(
  data: ExperimentData,
  rows: readonly ReportRow[],
  by: 'metric' | 'segment' = 'metric',
): IntervalChart {
  const variants = new Set(rows.map((row) => textAt(row, 'variant')))
  const lines = rows.flatMap((row) => {
    const control = firstNumber(row, controlColumns)
    if (control === undefined || control === 0) return []
    const [low, high] = readableInterval(data, row).map((end) =>
      end === undefined ? undefined : end / Math.abs(control),
    )
    const name = by === 'metric' ? labelOf(data, textAt(row, 'metric')) : textAt(row, 'segment')
    const of = variants.size > 1 ? `, ${variantLabel(data, textAt(row, 'variant'))}` : ''
    const value = numberAt(row, 'relative_lift')
    return line(`${name}${of}`, { value, low, high, tone: verdictTone(textAt(row, 'verdict')) })
  })
  const kind = isRunning(data) ? 'always-valid ' : ''
  return {
    kind: 'intervals',
    caption: `Change against ${controlName(data)}, with the ${kind}${levelText(data)} interval`,
    axis: `change, as a share of ${controlName(data)}`,
    lines,
    marks: [],
  }
}

interface Interval {
  readonly value: number | undefined
  readonly low: number | undefined
  readonly high: number | undefined
  readonly tone: Tone
}

export function line(label: string, { value, low, high, tone }: Interval): IntervalChart['lines'] {
  if (value === undefined || low === undefined || high === undefined) return []
  return [{ label, value, low, high, tone }]
}

export function verdictTone(verdict: string): Tone {
  if (verdict === 'better' || verdict === 'safe') return 'good'
  return verdict === 'worse' || verdict === 'harmed' ? 'bad' : 'open'
}

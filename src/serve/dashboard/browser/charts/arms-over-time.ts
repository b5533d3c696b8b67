/** What each arm had by day or hour to lines or stacked shares of the arms that charts show. */
import type { Arm } from '../data/arms.ts'
import { momentOf, type Row, textIn } from '../data/cells.ts'
import { asAxisTime, type Format } from '../show/format.ts'
import type { ChartShape } from './chart.ts'

export interface ArmPoint {
  /** Has `price_id` and `window_start`. */
  readonly row: Row
  readonly value: number | null
}

export interface ArmsOverTime {
  readonly kind: 'lines' | 'stack'
  readonly titleY: string
  readonly format: Format
}

/** Of a stack what the charted arms leave of the whole is that of all others. */
export function armsOverTime(
  { kind, titleY, format }: ArmsOverTime,
  arms: readonly Arm[],
  points: readonly ArmPoint[],
): ChartShape {
  const times = [...new Set(points.map(({ row }) => secondsOf(row)))].toSorted((a, b) => a - b)
  const values = new Map(
    points.map(({ row, value }) => [`${textIn(row, 'price_id')} ${secondsOf(row)}`, value]),
  )
  const charted = arms.flatMap(({ id, label, color }) =>
    color === undefined ? [] : [{ id, label, color }],
  )
  const series = charted.map(({ id, label, color }) => ({
    label,
    color,
    values: times.map((time) => values.get(`${id} ${time}`) ?? null),
  }))
  const hasRest = kind === 'stack' && charted.length < arms.length
  const rest = times.map((_, index) =>
    series.reduce((left, each) => left - (each.values[index] ?? 0), 1),
  )
  return {
    kind,
    isTime: true,
    x: times,
    series: hasRest ? [...series, { label: 'all others', color: -1, values: rest }] : series,
    formatX: asAxisTime(times),
    formatY: format,
    titleX: 'UTC',
    titleY,
  }
}

function secondsOf(row: Row): number {
  return (momentOf(textIn(row, 'window_start'))?.getTime() ?? 0) / 1000
}

/** A variant against its control: the columns that tables of A/B tests share, and what their intervals are drawn by. */
import { drawInterval, type Interval } from '../charts/interval.ts'
import { numberIn, type Row, textIn } from '../data/cells.ts'
import { titled } from '../data/money.ts'
import type { PanelData } from '../data/panel-data.ts'
import { element } from '../show/element.ts'
import {
  asChance,
  asCount,
  asNumber,
  asPercent,
  asPoints,
  asSigned,
  type Format,
  none,
  numberCell,
} from '../show/format.ts'
import { badge } from '../show/panel.ts'
import { numberColumnOf } from '../show/number-column.ts'
import type { TableColumn } from '../show/table.ts'

export interface Compared {
  readonly row: Row
  readonly metric: string
  readonly format: Format
  /** Of the change as a share of the control's value: what metrics of all kinds can be drawn on. */
  readonly interval: Interval | null
  readonly reach: number
}

const moods = {
  better: 'good',
  safe: 'good',
  worse: 'bad',
  harmed: 'bad',
  inconclusive: 'open',
} as const

export const asLift = asSigned(asPercent)

export function isOfEverybody(row: Row): boolean {
  return textIn(row, 'segment') === 'all'
}

export function comparedKey({ row }: Compared): string {
  return `${textIn(row, 'metric')} ${textIn(row, 'segment')} ${textIn(row, 'variant')}`
}

/** `ends`: the columns of the interval that may be read now. */
export function comparedOf(
  data: PanelData,
  rows: readonly Row[],
  { reach = 1, ends = fixedEnds }: { readonly reach?: number; readonly ends?: IntervalEnds } = {},
): readonly Compared[] {
  return rows.map((row) => ({
    row,
    metric: metricName(data, row),
    format: formatOf(data, textIn(row, 'metric')),
    interval: intervalOf(row, ends),
    reach,
  }))
}

/** `Revenue per user, USD`: numbers beside it are in that unit. */
export function metricName(data: PanelData, row: Row): string {
  const { label, unit } = data.metric(textIn(row, 'metric'))
  return unit === 'ratio' ? label : titled(label, unit)
}

/** Of shares percentages, else in the unit of the metric. */
export function formatOf(data: PanelData, metric: string): Format {
  const result = data.view('experiment_results').rows.find((row) => row['metric'] === metric)
  const isShare =
    textIn(result, 'test') === 'two_proportion' || data.metric(metric).unit === 'ratio'
  return isShare ? asPercent : asNumber
}

export type IntervalEnds = readonly [low: string, high: string]
/** Of the plan: it holds for one look at the end. */
export const fixedEnds: IntervalEnds = ['ci_low', 'ci_high']
/** Of any day: it holds however often one looks, and is there while the test runs. */
export const anyDayEnds: IntervalEnds = ['sequential_ci_low', 'sequential_ci_high']

/** The first of these columns that the row has: its kind of test says which. */
export function valueColumn(title: string, names: readonly string[]): TableColumn<Compared> {
  return {
    title,
    isNumeric: true,
    cell: ({ row, format }) => {
      const name = names.find((each) => numberIn(row, each) !== null)
      return name === undefined ? none() : numberCell(row, name, format)
    },
  }
}

export function liftColumn(title: string, name: string): TableColumn<Compared> {
  return {
    title,
    isNumeric: true,
    cell: ({ row, format }) => numberCell(row, name, asSigned(liftFormat(format))),
  }
}

/** Between two percentages are points of one. */
export function liftFormat(format: Format): Format {
  return format === asPercent ? asPoints : format
}

export const changeColumn: TableColumn<Compared> = numberColumnOf('Change', 'relative_lift', asLift)

export const intervalColumn: TableColumn<Compared> = {
  title: 'Interval',
  cell: ({ interval, reach }) => (interval === null ? none() : drawInterval(interval, reach)),
}

const verdictColumn: TableColumn<Compared> = {
  title: 'Verdict',
  cell: ({ row }) => verdictCell(row),
}

/** What was seen, of which there is no interval. */
export const measuredColumns: readonly TableColumn<Compared>[] = [
  valueColumn('Control', ['control_rate', 'control_mean', 'control_ratio']),
  valueColumn('Value', ['rate', 'mean', 'ratio']),
]

export function effectColumns([low, high]: IntervalEnds): readonly TableColumn<Compared>[] {
  return [
    verdictColumn,
    changeColumn,
    intervalColumn,
    ...measuredColumns,
    liftColumn('Lift', 'lift'),
    liftColumn('From', low),
    liftColumn('To', high),
  ]
}

export const chanceColumns: readonly TableColumn<Compared>[] = [
  numberColumnOf('p', 'p_value', asChance),
  numberColumnOf('p, adjusted', 'p_value_adjusted', asChance),
]

export const usersColumn: TableColumn<Compared> = numberColumnOf('Users', 'users', asCount)

export function intervalOf(row: Row, [from, to]: IntervalEnds = fixedEnds): Interval | null {
  const control =
    numberIn(row, 'control_rate') ?? numberIn(row, 'control_mean') ?? numberIn(row, 'control_ratio')
  const low = numberIn(row, from)
  const high = numberIn(row, to)
  const lift = numberIn(row, 'lift')
  if (control === null || control === 0 || low === null || high === null || lift === null)
    return null
  const share = Math.abs(control)
  return { low: low / share, middle: lift / share, high: high / share, reach: null }
}

export function verdictCell(row: Row): Node {
  const verdict = textIn(row, 'verdict')
  const mood = Object.entries(moods).find(([name]) => name === verdict)?.[1] ?? 'plain'
  const message = textIn(row, 'message')
  return element('span', {}, [
    verdict === '' ? null : badge(verdict, mood),
    message === '' ? null : element('span', { class: 'said quiet' }, [message]),
    verdict === '' && message === '' ? none() : null,
  ])
}

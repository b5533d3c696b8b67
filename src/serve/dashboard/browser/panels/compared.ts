/** A variant against its control: the columns that tables of A/B tests share, and what their intervals are drawn by. */
import { drawInterval, type Interval } from '../charts/interval.ts'
import { numberIn, type Row, textIn } from '../data/cells.ts'
import { titled } from '../data/money.ts'
import type { PanelData } from '../data/panel-data.ts'
import { element } from '../show/element.ts'
import {
  asAxisPercent,
  asBarePoints,
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
import { twoLines } from '../show/two-lines.ts'

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

/** The first of these columns that the row has: its kind of test says which. `users`: the one that counts whose value it is, said below it. */
export function valueColumn(
  title: string,
  names: readonly string[],
  users?: string,
): TableColumn<Compared> {
  return {
    title,
    isNumeric: true,
    cell: ({ row, format }) => {
      const name = names.find((each) => numberIn(row, each) !== null)
      const value = name === undefined ? none() : numberCell(row, name, format)
      if (users === undefined || numberIn(row, users) === null) return value
      return twoLines(value, [numberCell(row, users, asCount), ' users'])
    },
  }
}

/** Between two percentages are points of one. */
export function liftFormat(format: Format): Format {
  return format === asPercent ? asPoints : format
}

export const changeColumn: TableColumn<Compared> = numberColumnOf('Change', 'relative_lift', asLift)

/** What it reaches to is said in its head, as if it were its unit. */
const drawnTitle = 'Interval'

/** `Interval, ±40%` */
export function drawnTo(reach: number): Readonly<Record<string, string>> {
  return { [drawnTitle]: `±${asAxisPercent(reach >= 0.1 ? Math.round(reach * 100) / 100 : reach)}` }
}

export const intervalColumn: TableColumn<Compared> = {
  title: drawnTitle,
  cell: ({ interval, reach }) => (interval === null ? none() : drawInterval(interval, reach)),
}

const verdictColumn: TableColumn<Compared> = {
  title: 'Verdict',
  cell: ({ row }) => verdictCell(row),
}

/** What was seen, of which there is no interval. */
export const measuredColumns: readonly TableColumn<Compared>[] = [
  valueColumn('Control', ['control_rate', 'control_mean', 'control_ratio'], 'control_users'),
  valueColumn('Value', ['rate', 'mean', 'ratio'], 'users'),
]

export function effectColumns(ends: IntervalEnds): readonly TableColumn<Compared>[] {
  return [verdictColumn, changeColumn, intervalColumn, liftWithin(ends), ...measuredColumns]
}

/** `+2.75 pp`, below it `-14.26 to +19.81`. */
export function liftWithin([low, high]: IntervalEnds): TableColumn<Compared> {
  return {
    title: 'Lift and interval',
    isNumeric: true,
    cell: ({ row, format }) => {
      const signed = asSigned(liftFormat(format))
      const lift = numberCell(row, 'lift', signed)
      if (numberIn(row, low) === null || numberIn(row, high) === null) return lift
      const bare = asSigned(format === asPercent ? asBarePoints : format)
      return twoLines(lift, [numberCell(row, low, bare), ' to ', numberCell(row, high, bare)])
    },
  }
}

/** The p-value, below it the one that is adjusted for its family where there is one. */
export function chanceColumn(title: string, name: string): TableColumn<Compared> {
  return {
    title,
    isNumeric: true,
    cell: ({ row }) => {
      const plain = numberCell(row, name, asChance)
      const adjusted = `${name}_adjusted`
      if (numberIn(row, adjusted) === null) return plain
      return twoLines(plain, ['adjusted ', numberCell(row, adjusted, asChance)])
    },
  }
}

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
  if (message.startsWith('no verdict yet')) {
    return element('span', { title: message }, [badge('not yet', mood)])
  }
  return element('span', {}, [
    verdict === '' ? null : badge(verdict, mood),
    message === '' ? null : element('span', { class: 'said quiet' }, [message]),
    verdict === '' && message === '' ? none() : null,
  ])
}

/** Conversion, revenue and allocation by day or hour: a chart of the arms that get most, a table of all of them. */
import { armsOverTime } from '../charts/arms-over-time.ts'
import { createChart } from '../charts/chart.ts'
import { type Arm, armsOf, chartedNote } from '../data/arms.ts'
import { numberIn, type Row, textIn } from '../data/cells.ts'
import { currencyOf, rewardUnit, titled } from '../data/money.ts'
import type { PanelData } from '../data/panel-data.ts'
import {
  asAxisMoney,
  asAxisPercent,
  asCount,
  asMoney,
  asNumber,
  asPercent,
  asWindow,
  type Format,
} from '../show/format.ts'
import { numberColumnOf } from '../show/number-column.ts'
import { asTable, note, panel, whyEmpty } from '../show/panel.ts'
import { createTable, type TableColumn } from '../show/table.ts'

export type TimeWindow = 'day' | 'hour'

interface Point {
  readonly row: Row
  readonly arm: string
  readonly window: TimeWindow
  /** Of the trials of its window; null: there were none. */
  readonly share: number | null
}

const views = { day: 'aggregates_daily', hour: 'aggregates_hourly' } as const

interface OverTime {
  readonly id: string
  readonly caption: string
  readonly titleY: string
  readonly kind: 'lines' | 'stack'
  readonly columns: readonly TableColumn<Point>[]
  value(point: Point): number | null
  /** Of its chart and of columns, by their title. */
  units?(data: PanelData): {
    readonly chart: string
    readonly columns: Readonly<Record<string, string>>
  }
  readonly format: Format
}

const charts: readonly OverTime[] = [
  {
    id: 'conversion',
    caption: 'Conversion over time by arm',
    titleY: 'Conversions per trial',
    kind: 'lines',
    columns: [
      numberColumnOf('Trials', 'impressions', asCount),
      numberColumnOf('Conversions', 'conversions', asCount),
      numberColumnOf('Rate', 'conversion_rate', asPercent),
    ],
    value: ({ row }) => numberIn(row, 'conversion_rate'),
    format: asAxisPercent,
  },
  {
    id: 'revenue',
    caption: 'Revenue over time by arm',
    titleY: 'Revenue',
    kind: 'lines',
    columns: [
      numberColumnOf('Revenue', 'revenue', asMoney),
      numberColumnOf('Per trial', 'mean_reward', asNumber),
    ],
    value: ({ row }) => numberIn(row, 'revenue'),
    units: (data) => ({
      chart: currencyOf(data),
      columns: { Revenue: currencyOf(data), 'Per trial': rewardUnit(data) },
    }),
    format: asAxisMoney,
  },
  {
    id: 'allocation',
    caption: 'Trials and their share over time by arm',
    titleY: 'Share of trials',
    kind: 'stack',
    columns: [
      numberColumnOf('Trials', 'impressions', asCount),
      {
        title: 'Share',
        isNumeric: true,
        cell: ({ share }) => (share === null ? '–' : asPercent(share)),
      },
    ],
    value: ({ share }) => share,
    format: asAxisPercent,
  },
]

export function overTimePanels(): readonly ((data: PanelData, window: TimeWindow) => void)[] {
  return charts.map(overTimePanel)
}

function overTimePanel(over: OverTime): (data: PanelData, window: TimeWindow) => void {
  const shown = panel(over.id)
  const chart = createChart()
  const table = createTable<Point>({
    caption: over.caption,
    key: ({ row }) => `${textIn(row, 'price_id')} ${textIn(row, 'window_start')}`,
    columns: [
      {
        title: 'From',
        isHead: true,
        cell: ({ row, window }) => asWindow(textIn(row, 'window_start'), window),
      },
      { title: 'Arm', cell: ({ arm }) => arm },
      ...over.columns,
    ],
  })
  const details = asTable(table)
  const about = note('')
  return (data, window) => {
    const view = data.view(views[window])
    const why = whyEmpty(view, 'No trial was counted yet.')
    if (why !== undefined) return shown.say(why)
    const arms = armsOf(data)
    const points = pointsOf(view.rows, arms, window)
    const units = over.units?.(data)
    chart.update(
      armsOverTime(
        { ...over, titleY: titled(over.titleY, units?.chart ?? '') },
        arms,
        points.map((point) => ({ row: point.row, value: over.value(point) })),
      ),
    )
    details.update(points, units?.columns)
    const cut = view.hasMore ? ' Only the newest windows are shown.' : ''
    about.textContent = `${chartedNote(arms)}${cut}`.trim()
    about.hidden = about.textContent === ''
    shown.show(chart.node, about, details.node)
  }
}

/** The newest first, as the view is read. */
function pointsOf(
  rows: readonly Row[],
  arms: readonly Arm[],
  window: TimeWindow,
): readonly Point[] {
  const labels = new Map(arms.map(({ id, label }) => [id, label]))
  const totals = new Map<string, number>()
  for (const row of rows) {
    const start = textIn(row, 'window_start')
    totals.set(start, (totals.get(start) ?? 0) + (numberIn(row, 'impressions') ?? 0))
  }
  return rows.map((row) => {
    const id = textIn(row, 'price_id')
    const total = totals.get(textIn(row, 'window_start')) ?? 0
    const trials = numberIn(row, 'impressions') ?? 0
    return { row, window, arm: labels.get(id) ?? id, share: total === 0 ? null : trials / total }
  })
}

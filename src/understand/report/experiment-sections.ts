/** The sections of a report on an A/B test that say what came of it: results, guardrails, course, segments. */
import {
  controlName,
  type ExperimentData,
  isRunning,
  labelOf,
  levelText,
  overallRows,
  readableInterval,
  variantLabel,
  waitingText,
} from './experiment-data.ts'
import {
  changeText,
  countText,
  probabilityText,
  rangeText,
  relativeText,
  shareText,
  unitOf,
  valueText,
} from './number-text.ts'
import type { IntervalChart, ReportSection } from './report-document.ts'
import { firstNumber, numberAt, type ReportRow, textAt } from './report-row.ts'
import {
  charted,
  controlColumns,
  line,
  relativeChart,
  valueColumns,
  verdictTone,
} from './interval-charts.ts'
import { type ReportColumn, tableOf } from './table-of.ts'

export function resultSection(data: ExperimentData): ReportSection {
  const rows = sorted(data, overallRows(data))
  if (rows.length === 0) {
    return { title: 'Results', blocks: [{ kind: 'text', text: 'There are no results yet.' }] }
  }
  const running = isRunning(data)
  const columns: readonly ReportColumn[] = [
    { name: 'metric', cell: (row) => labelOf(data, textAt(row, 'metric')) },
    ...variantColumn(data, rows),
    ...measuredColumns(data),
    ...differenceColumns(data),
    {
      name: 'p, adjusted',
      isNumber: true,
      cell: (row) => probabilityText(firstNumber(row, decidingColumns(running))),
    },
    { name: 'verdict', cell: (row) => verdictCell(row) },
  ]
  const about = running
    ? `The planned users are not there yet. An interval that is looked at every day misses more often than its level says: until then the always-valid one decides, and its p-value.`
    : `The interval is that of the difference. p-values are adjusted for the number of variants; guardrails are not.`
  return {
    title: 'Results',
    blocks: [
      { kind: 'text', text: about },
      ...charted(relativeChart(data, rows)),
      tableOf(`Each metric against ${controlName(data)}`, columns, rows),
    ],
  }
}

/** While it runs only what may be read on every day. */
function decidingColumns(running: boolean): readonly string[] {
  return running
    ? ['sequential_p_value_adjusted', 'sequential_p_value']
    : ['p_value_adjusted', 'p_value']
}

/** Only where there is more than one to tell apart. */
function variantColumn(data: ExperimentData, rows: readonly ReportRow[]): readonly ReportColumn[] {
  const names = new Set(rows.map((row) => textAt(row, 'variant')))
  if (names.size < 2) return []
  return [{ name: 'variant', cell: (row) => variantLabel(data, textAt(row, 'variant')) }]
}

function measuredColumns(data: ExperimentData): readonly ReportColumn[] {
  return [
    {
      name: 'users',
      isNumber: true,
      cell: (row) =>
        `${countText(numberAt(row, 'control_users'))} / ${countText(numberAt(row, 'users'))}`,
    },
    {
      name: controlName(data),
      isNumber: true,
      cell: (row) => valueText(firstNumber(row, controlColumns), unitOf(row)),
    },
    {
      name: treatedName(data),
      isNumber: true,
      cell: (row) => valueText(firstNumber(row, valueColumns), unitOf(row)),
    },
  ]
}

function differenceColumns(data: ExperimentData): readonly ReportColumn[] {
  return [
    {
      name: 'difference',
      isNumber: true,
      cell: (row) => changeText(numberAt(row, 'lift'), unitOf(row)),
    },
    {
      name: `${isRunning(data) ? 'always-valid ' : ''}${levelText(data)} interval`,
      isNumber: true,
      cell: (row) => rangeText(...readableInterval(data, row), unitOf(row)),
    },
    {
      name: 'relative',
      isNumber: true,
      cell: (row) => relativeText(numberAt(row, 'relative_lift')),
    },
  ]
}

/** The only variant beside the control by its name. */
function treatedName(data: ExperimentData): string {
  const names = new Set(data.rows.experiment_results.map((row) => textAt(row, 'variant')))
  const [only = '', ...others] = names
  return others.length > 0 || only === '' ? 'variant' : variantLabel(data, only)
}

export function guardrailSection(data: ExperimentData): ReportSection | undefined {
  const rows = data.rows.experiment_guardrails
  if (rows.length === 0) return undefined
  const lines = rows.flatMap((row) =>
    line(guardLabel(data, row), {
      value: gain(row),
      low: numberAt(row, 'gain_low'),
      high: numberAt(row, 'gain_high'),
      tone: verdictTone(textAt(row, 'verdict')),
    }),
  )
  const chart: IntervalChart = {
    kind: 'intervals',
    caption: `How each guardrail changed, good to the right; the short line is how far it may fall`,
    axis: 'change to the good side, as a share of the control',
    lines,
    marks: rows.flatMap((row) => {
      const margin = numberAt(row, 'margin')
      return margin === undefined ? [] : [{ label: guardLabel(data, row), at: -margin }]
    }),
  }
  const columns: readonly ReportColumn[] = [
    { name: 'guardrail', cell: (row) => labelOf(data, textAt(row, 'metric')) },
    ...variantColumn(data, rows),
    { name: 'better', cell: (row) => textAt(row, 'better') },
    { name: 'may fall by', isNumber: true, cell: (row) => shareText(numberAt(row, 'margin')) },
    {
      name: controlName(data),
      isNumber: true,
      cell: (row) => valueText(numberAt(row, 'control_value'), 'amount'),
    },
    {
      name: treatedName(data),
      isNumber: true,
      cell: (row) => valueText(numberAt(row, 'value'), 'amount'),
    },
    {
      name: 'change to the good side',
      isNumber: true,
      cell: (row) =>
        `${relativeText(numberAt(row, 'gain_low'))} to ${relativeText(numberAt(row, 'gain_high'))}`,
    },
    { name: 'verdict', cell: (row) => verdictCell(row) },
  ]
  return {
    title: 'Does it hurt anything?',
    blocks: [
      {
        kind: 'text',
        text: 'Harmed: the whole interval is beyond what is allowed. Safe: it is wholly on the good side of that. Else it is not decided.',
      },
      ...charted(chart),
      tableOf('Guardrails', columns, rows),
    ],
  }
}

export function courseSection(data: ExperimentData): ReportSection | undefined {
  const looks = data.rows.experiment_looks.filter(({ metric }) => metric === data.primaryMetric)
  const isPercent = overallRows(data).some(
    (row) => row['metric'] === data.primaryMetric && unitOf(row) === 'rate',
  )
  const points = looks.flatMap((look) => {
    const [value, low, high] = ['lift', 'ci_low', 'ci_high'].map((name) => numberAt(look, name))
    if (value === undefined || low === undefined || high === undefined) return []
    const series = variantLabel(data, textAt(look, 'variant'))
    return [{ day: textAt(look, 'look').slice(0, 10), series, value, low, high }]
  })
  if (points.length < 2) return undefined
  const label = labelOf(data, data.primaryMetric)
  return {
    title: 'Day by day',
    blocks: [
      {
        kind: 'course',
        caption: `${label}: the difference from ${controlName(data)} so far, in its always-valid ${levelText(data)} interval, which holds on every day`,
        axis: isPercent ? 'difference in points' : 'difference',
        isPercent,
        points,
      },
    ],
  }
}

export function segmentSection(data: ExperimentData): ReportSection | undefined {
  const rows = sorted(
    data,
    data.rows.experiment_results.filter(({ segment }) => segment !== 'all'),
  )
  if (rows.length === 0) return undefined
  const title = 'For whom?'
  const measured: readonly ReportColumn[] = [
    { name: 'metric', cell: (row) => labelOf(data, textAt(row, 'metric')) },
    { name: 'segment', cell: (row) => textAt(row, 'segment') },
    ...variantColumn(data, rows),
    ...measuredColumns(data),
  ]
  if (isRunning(data)) {
    const text = waitingText(data, 'Differences in segments, their intervals and p-values')
    return {
      title,
      blocks: [
        { kind: 'text', text },
        tableOf('Each metric in each segment so far', measured, rows),
      ],
    }
  }
  const primary = rows.filter(({ metric }) => metric === data.primaryMetric)
  const chart = relativeChart(data, primary, 'segment')
  const columns = [...measured, ...differenceColumns(data), ...segmentTests]
  return {
    title,
    blocks: [
      {
        kind: 'text',
        text: 'Segments are small: one of many differs by chance. Only where the last column is small does the effect differ between them.',
      },
      ...charted({
        ...chart,
        caption: `${labelOf(data, data.primaryMetric)} by segment. ${chart.caption}`,
      }),
      tableOf('Each metric in each segment', columns, rows),
    ],
  }
}

const segmentTests: readonly ReportColumn[] = [
  {
    name: 'p, adjusted',
    isNumber: true,
    cell: (row) => probabilityText(firstNumber(row, ['p_value_adjusted', 'p_value'])),
  },
  {
    name: 'p of a difference between segments',
    isNumber: true,
    cell: (row) =>
      probabilityText(firstNumber(row, ['interaction_p_value_adjusted', 'interaction_p_value'])),
  },
]

function guardLabel(data: ExperimentData, row: ReportRow): string {
  const variants = new Set(data.rows.experiment_guardrails.map(({ variant }) => variant))
  const of = variants.size > 1 ? `, ${variantLabel(data, textAt(row, 'variant'))}` : ''
  return `${labelOf(data, textAt(row, 'metric'))}${of}`
}

function gain(row: ReportRow): number | undefined {
  const lift = numberAt(row, 'relative_lift')
  return lift === undefined || row['better'] !== 'lower' ? lift : -lift
}

function verdictCell(row: ReportRow) {
  const verdict = textAt(row, 'verdict')
  const message = textAt(row, 'message')
  if (message.startsWith('no verdict yet')) return { text: 'not yet', tone: 'open' as const }
  const text = [verdict, ...(message === '' ? [] : [message])].filter(Boolean).join(': ')
  return { text: text === '' ? '-' : text, tone: verdictTone(verdict) }
}

/** What decides first, then the other metrics as declared, then the rest. */
function sorted(data: ExperimentData, rows: readonly ReportRow[]): readonly ReportRow[] {
  const order = data.metrics.map(({ name }) => name)
  const place = (row: ReportRow) => {
    const index = order.indexOf(textAt(row, 'metric'))
    return index === -1 ? order.length : index
  }
  return rows.toSorted((a, b) => place(a) - place(b))
}

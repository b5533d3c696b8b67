/** Results of an A/B test against its control with intervals, its guardrails, and whether it can be believed. */
import { drawInterval, type Interval, reachOf } from '../charts/interval.ts'
import { isTrueIn, numberIn, type Row, textIn } from '../data/cells.ts'
import type { PanelData } from '../data/panel-data.ts'
import { element } from '../show/element.ts'
import {
  asCount,
  asNumber,
  asPercent,
  asPoints,
  asSigned,
  type Format,
  none,
  numberCell,
  wordsOf,
} from '../show/format.ts'
import { badge, note, panel, whyEmpty } from '../show/panel.ts'
import { createTable, type TableColumn } from '../show/table.ts'
import { looksPanel } from './looks.ts'

interface Compared {
  readonly row: Row
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

/** Its name, and how many users were planned. */
export function aboutTest(data: PanelData): string {
  const tests = data.view('stg_declared_tests').rows
  const test = tests.find((row) => textIn(row, 'experiment_id') === data.test)
  const planned = numberIn(test, 'planned_users')
  const words = [textIn(test, 'label'), planned === null ? '' : `${asCount(planned)} users planned`]
  return words.filter((word) => word !== '').join(', ')
}

export function testPanels(): (data: PanelData) => void {
  const panels = [resultsPanel(), looksPanel(), guardrailsPanel(), healthPanel()]
  return (data) => {
    for (const update of panels) update(data)
  }
}

const percentOf = asSigned(asPercent)

function resultsPanel(): (data: PanelData) => void {
  const shown = panel('results')
  const table = createTable<Compared>({
    caption: 'Results against the control by metric and segment',
    key: ({ row }) =>
      `${textIn(row, 'metric')} ${textIn(row, 'segment')} ${textIn(row, 'variant')}`,
    columns: [
      { title: 'Metric', isHead: true, cell: ({ row }) => wordsOf(textIn(row, 'metric')) },
      { title: 'Segment', cell: ({ row }) => textIn(row, 'segment') },
      { title: 'Variant', cell: ({ row }) => textIn(row, 'variant') },
      { title: 'Verdict', cell: ({ row }) => verdictCell(row) },
      {
        title: 'Change',
        isNumeric: true,
        cell: ({ row }) => numberCell(row, 'relative_lift', percentOf),
      },
      {
        title: 'Interval',
        cell: ({ interval, reach }) => (interval === null ? none() : drawInterval(interval, reach)),
      },
      valueColumn('Control', ['control_rate', 'control_mean', 'control_ratio']),
      valueColumn('Value', ['rate', 'mean', 'ratio']),
      liftColumn('Lift', 'lift'),
      liftColumn('From', 'ci_low'),
      liftColumn('To', 'ci_high'),
      liftColumn('Any day from', 'sequential_ci_low'),
      liftColumn('to', 'sequential_ci_high'),
      { title: 'p', isNumeric: true, cell: ({ row }) => numberCell(row, 'p_value', asNumber) },
      {
        title: 'p, adjusted',
        isNumeric: true,
        cell: ({ row }) => numberCell(row, 'p_value_adjusted', asNumber),
      },
      {
        title: 'p, any day',
        isNumeric: true,
        cell: ({ row }) => numberCell(row, 'sequential_p_value', asNumber),
      },
      { title: 'Users', isNumeric: true, cell: ({ row }) => numberCell(row, 'users', asCount) },
    ],
  })
  const about = note(
    'Lift and intervals are in the unit of the metric; the drawing shows them as a share of the control, zero in the middle, cut where a segment knows too little. The thick interval may be read when the planned users are there, the thin one, of any day, as often as one likes. The adjusted p counts the variants and segments of a metric as one family.',
  )
  return (data) => {
    const view = data.view('experiment_results')
    const why = whyEmpty(view, 'No A/B test has results yet.')
    if (why !== undefined) return shown.say(why)
    const rows = view.rows.toSorted((a, b) => rankOf(a) - rankOf(b))
    const intervals = rows.map(intervalOf)
    const reach = reachOf(intervals.filter((_, index) => rankOf(rows[index] ?? {}) === 0))
    table.update(
      rows.map((row, index) => ({
        row,
        format: textIn(row, 'test') === 'two_proportion' ? asPercent : asNumber,
        interval: intervals[index] ?? null,
        reach,
      })),
    )
    shown.show(table.node, about)
  }
}

/** Everybody first, then their segments. */
function rankOf(row: Row): number {
  return textIn(row, 'segment') === 'all' ? 0 : 1
}

/** The first of these columns that the row has: its kind of test says which. */
function valueColumn(title: string, names: readonly string[]): TableColumn<Compared> {
  return {
    title,
    isNumeric: true,
    cell: ({ row, format }) => {
      const name = names.find((each) => numberIn(row, each) !== null)
      return name === undefined ? none() : numberCell(row, name, format)
    },
  }
}

function liftColumn(title: string, name: string): TableColumn<Compared> {
  return {
    title,
    isNumeric: true,
    cell: ({ row, format }) =>
      numberCell(row, name, asSigned(format === asPercent ? asPoints : format)),
  }
}

function intervalOf(row: Row): Interval | null {
  const control =
    numberIn(row, 'control_rate') ?? numberIn(row, 'control_mean') ?? numberIn(row, 'control_ratio')
  const low = numberIn(row, 'ci_low')
  const high = numberIn(row, 'ci_high')
  const lift = numberIn(row, 'lift')
  if (control === null || control === 0 || low === null || high === null || lift === null)
    return null
  const share = Math.abs(control)
  const lowest = numberIn(row, 'sequential_ci_low')
  const highest = numberIn(row, 'sequential_ci_high')
  return {
    low: low / share,
    middle: lift / share,
    high: high / share,
    reach: lowest === null || highest === null ? null : [lowest / share, highest / share],
  }
}

function guardrailsPanel(): (data: PanelData) => void {
  const shown = panel('guardrails')
  const table = createTable<Row>({
    caption: 'Guardrails',
    key: (row) => `${textIn(row, 'metric')} ${textIn(row, 'variant')}`,
    columns: [
      { title: 'Metric', isHead: true, cell: (row) => wordsOf(textIn(row, 'metric')) },
      { title: 'Variant', cell: (row) => textIn(row, 'variant') },
      { title: 'Verdict', cell: verdictCell },
      { title: 'Better', cell: (row) => textIn(row, 'better') },
      {
        title: 'Control',
        isNumeric: true,
        cell: (row) => numberCell(row, 'control_value', asNumber),
      },
      { title: 'Value', isNumeric: true, cell: (row) => numberCell(row, 'value', asNumber) },
      {
        title: 'Gain from',
        isNumeric: true,
        cell: (row) => numberCell(row, 'gain_low', percentOf),
      },
      { title: 'to', isNumeric: true, cell: (row) => numberCell(row, 'gain_high', percentOf) },
      { title: 'Margin', isNumeric: true, cell: (row) => numberCell(row, 'margin', asPercent) },
    ],
  })
  return (data) => {
    const view = data.view('experiment_guardrails')
    const why = whyEmpty(view, 'This test has no guardrails.')
    if (why !== undefined) return shown.say(why)
    table.update(view.rows)
    shown.show(table.node)
  }
}

function healthPanel(): (data: PanelData) => void {
  const shown = panel('health')
  const table = createTable<Row>({
    caption: 'Checks of the test',
    key: (row) => textIn(row, 'check_name'),
    columns: [
      {
        title: 'Check',
        isHead: true,
        cell: (row) => checkWords[textIn(row, 'check_name')] ?? wordsOf(textIn(row, 'check_name')),
      },
      {
        title: 'Statistic',
        isNumeric: true,
        cell: (row) => numberCell(row, 'statistic', asNumber),
      },
      { title: 'p', isNumeric: true, cell: (row) => numberCell(row, 'p_value', asNumber) },
      {
        title: 'Passed',
        cell: (row) =>
          row['passed'] === null
            ? badge('unknown', 'open')
            : isTrueIn(row, 'passed')
              ? badge('yes', 'good')
              : badge('no', 'bad'),
      },
      { title: 'Found', cell: (row) => textIn(row, 'message') || none() },
    ],
  })
  return (data) => {
    const view = data.view('experiment_health')
    const why = whyEmpty(view, 'No A/B test has checks yet.')
    if (why !== undefined) return shown.say(why)
    table.update(view.rows.filter((row) => textIn(row, 'experiment_id') === data.test))
    shown.show(table.node)
  }
}

const checkWords: Readonly<Record<string, string>> = {
  srm: 'Exposed users split as planned',
  srm_assigned: 'Assigned users split as planned',
  crossover: 'Users in two variants',
  immature: 'Users whose window is open',
}

function verdictCell(row: Row): Node {
  const verdict = textIn(row, 'verdict')
  const mood = Object.entries(moods).find(([name]) => name === verdict)?.[1] ?? 'plain'
  const message = textIn(row, 'message')
  return element('span', {}, [
    verdict === '' ? null : badge(verdict, mood),
    message === '' ? null : element('span', { class: 'quiet' }, [` ${message}`]),
    verdict === '' && message === '' ? none() : null,
  ])
}

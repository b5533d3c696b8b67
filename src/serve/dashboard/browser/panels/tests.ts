/** Results of an A/B test against its control with intervals, its guardrails, and whether it can be believed. */
import { reachOf } from '../charts/interval.ts'
import { isTrueIn, numberIn, type Row, textIn } from '../data/cells.ts'
import type { PanelData } from '../data/panel-data.ts'
import { asChance, asCount, asNumber, asPercent, none, wordsOf } from '../show/format.ts'
import { badge, note, panel, whyEmpty } from '../show/panel.ts'
import { numberColumn, numberColumnOf } from '../show/number-column.ts'
import { createTable } from '../show/table.ts'
import {
  asLift,
  chanceColumns,
  type Compared,
  comparedKey,
  comparedOf,
  effectColumns,
  intervalOf,
  isOfEverybody,
  liftColumn,
  usersColumn,
  verdictCell,
} from './compared.ts'
import { cupedPanel } from './cuped.ts'
import { looksPanel } from './looks.ts'
import { regressionPanel } from './regression.ts'
import { whomPanel } from './whom.ts'

/** Its name, and how many users were planned. */
export function aboutTest(data: PanelData): string {
  const tests = data.view('stg_declared_tests').rows
  const test = tests.find((row) => textIn(row, 'experiment_id') === data.test)
  const planned = numberIn(test, 'planned_users')
  const words = [textIn(test, 'label'), planned === null ? '' : `${asCount(planned)} users planned`]
  return words.filter((word) => word !== '').join(', ')
}

export function testPanels(): (data: PanelData) => void {
  const panels = [
    resultsPanel(),
    looksPanel(),
    guardrailsPanel(),
    whomPanel(),
    cupedPanel(),
    healthPanel(),
    regressionPanel(),
  ]
  return (data) => {
    for (const update of panels) update(data)
  }
}

function resultsPanel(): (data: PanelData) => void {
  const shown = panel('results')
  const table = createTable<Compared>({
    caption: 'Results against the control by metric',
    key: comparedKey,
    columns: [
      { title: 'Metric', isHead: true, cell: ({ row }) => wordsOf(textIn(row, 'metric')) },
      { title: 'Variant', cell: ({ row }) => textIn(row, 'variant') },
      ...effectColumns,
      liftColumn('Any day from', 'sequential_ci_low'),
      liftColumn('to', 'sequential_ci_high'),
      ...chanceColumns,
      numberColumnOf('p, any day', 'sequential_p_value', asChance),
      usersColumn,
    ],
  })
  const about = note(
    'Lift and intervals are in the unit of the metric; the drawing shows them as a share of the control, zero in the middle. The thick interval may be read when the planned users are there, the thin one, of any day, as often as one likes. The adjusted p counts the variants and segments of a metric as one family.',
  )
  return (data) => {
    const view = data.view('experiment_results')
    const why = whyEmpty(view, 'No A/B test has results yet.')
    if (why !== undefined) return shown.say(why)
    const rows = view.rows.filter(isOfEverybody)
    table.update(comparedOf(rows, reachOf(rows.map(intervalOf))))
    shown.show(table.node, about)
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
      numberColumn('Control', 'control_value', asNumber),
      numberColumn('Value', 'value', asNumber),
      numberColumn('Gain from', 'gain_low', asLift),
      numberColumn('to', 'gain_high', asLift),
      numberColumn('Margin', 'margin', asPercent),
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
      numberColumn('Statistic', 'statistic', asNumber),
      numberColumn('p', 'p_value', asChance),
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
  planned_n: 'As many users as planned',
}

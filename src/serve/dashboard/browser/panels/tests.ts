/** Results of an A/B test against its control with intervals, its guardrails, and whether it can be believed. */
import { isTrueIn, numberIn, type Row, textIn } from '../data/cells.ts'
import { inOrderOf, inOrderOfMetrics, type PanelData } from '../data/panel-data.ts'
import { declaredTest, isRunning, progressOf } from '../data/running.ts'
import { asChance, asCount, asNumber, asPercent, wordsOf } from '../show/format.ts'
import { badge, note, panel, whyEmpty } from '../show/panel.ts'
import { numberColumn, numberColumnOf } from '../show/number-column.ts'
import { foundCell } from '../show/two-lines.ts'
import { createTable } from '../show/table.ts'
import { resultsPanel } from './results.ts'
import { asLift, type Compared, comparedOf, valueColumn, verdictCell } from './compared.ts'
import { cupedPanel } from './cuped.ts'
import { looksPanel } from './looks.ts'
import { regressionPanel } from './regression.ts'
import { sayTestVerdict } from './test-verdict.ts'
import { whomPanel } from './whom.ts'

/** Its name, and how many users were planned. */
export function aboutTest(data: PanelData): string {
  const test = declaredTest(data)
  const planned = numberIn(test, 'planned_users')
  const progress = progressOf(data)
  const words = [
    textIn(test, 'label'),
    progress === undefined
      ? planned === null
        ? ''
        : `${asCount(planned)} users planned`
      : `it runs: ${progress}`,
  ]
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
    sayTestVerdict(data)
    for (const update of panels) update(data)
  }
}

function guardrailsPanel(): (data: PanelData) => void {
  const shown = panel('guardrails')
  const table = createTable<Compared>({
    caption: 'Guardrails',
    key: ({ row }) => `${textIn(row, 'metric')} ${textIn(row, 'variant')}`,
    columns: [
      { title: 'Metric', isHead: true, cell: ({ metric }) => metric },
      { title: 'Variant', cell: ({ row }) => textIn(row, 'variant') },
      { title: 'Verdict', cell: ({ row }) => verdictCell(row) },
      { title: 'Better', cell: ({ row }) => textIn(row, 'better') },
      valueColumn('Control', ['control_value']),
      valueColumn('Value', ['value']),
      numberColumnOf('Gain from', 'gain_low', asLift),
      numberColumnOf('Gain to', 'gain_high', asLift),
      numberColumnOf('Margin', 'margin', asPercent),
    ],
  })
  const about = note('')
  return (data) => {
    const view = data.view('experiment_guardrails')
    const why = whyEmpty(view, 'This test has no guardrails.')
    if (why !== undefined) return shown.say(why)
    table.update(comparedOf(data, inOrderOfMetrics(data, view.rows)))
    about.textContent = isRunning(data)
      ? `${guardedBy} The test runs: the interval is the one that holds on every day.`
      : `${guardedBy} The interval is that of the plan, which holds for one look at the end.`
    shown.show(table.node, about)
  }
}

const guardedBy =
  'Gain: the change to the good side as a share of the control, in its interval. Harmed: all of it is worse than the margin allows. Safe: none of it is.'

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
      numberColumn('Number', 'statistic', asNumber),
      numberColumn('p', 'p_value', asChance),
      {
        title: 'Passed',
        cell: (row) =>
          row['passed'] === null
            ? badge('unknown', 'open')
            : isTrueIn(row, 'passed')
              ? badge('yes', 'good')
              : textIn(row, 'check_name') === 'planned_n'
                ? badge('not yet', 'open')
                : badge('no', 'bad'),
      },
      { title: 'Found', cell: (row) => foundCell(textIn(row, 'message') || adviceOf(row)) },
    ],
  })
  return (data) => {
    const view = data.view('experiment_health')
    const why = whyEmpty(view, 'No A/B test has checks yet.')
    if (why !== undefined) return shown.say(why)
    const own = view.rows.filter((row) => textIn(row, 'experiment_id') === data.test)
    table.update(inOrderOf(Object.keys(checkWords), 'check_name', own))
    shown.show(table.node)
  }
}

/** What to do where a view says only that it failed. */
function adviceOf(row: Row): string {
  const isSplit = textIn(row, 'check_name').startsWith('srm')
  return isSplit && row['passed'] === false
    ? 'users were lost or assigned otherwise: find out why before believing the results'
    : ''
}

const checkWords: Readonly<Record<string, string>> = {
  srm: 'Exposed users split as planned',
  srm_assigned: 'Assigned users split as planned',
  crossover: 'Users in two variants',
  immature: 'Users whose window is open',
  planned_n: 'As many users as planned',
}

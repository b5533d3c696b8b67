/** Results of an A/B test against its control: while it runs by what holds on every day, then by what was planned. */
import { reachOf } from '../charts/interval.ts'
import { textIn } from '../data/cells.ts'
import { inOrderOfMetrics, type PanelData } from '../data/panel-data.ts'
import { isRunning, progressOf, unplannedText } from '../data/running.ts'
import { note, panel, whyEmpty } from '../show/panel.ts'
import { createTable, type TableColumn } from '../show/table.ts'
import {
  anyDayEnds,
  chanceColumn,
  type Compared,
  comparedKey,
  comparedOf,
  drawnTo,
  effectColumns,
  fixedEnds,
  type IntervalEnds,
  intervalOf,
  isOfEverybody,
} from './compared.ts'

export function resultsPanel(): (data: PanelData) => void {
  const shown = panel('results')
  const planned = resultsTable(fixedEnds, chanceColumn('p', 'p_value'))
  const anyDay = resultsTable(anyDayEnds, chanceColumn('p, any day', 'sequential_p_value'))
  const about = note('')
  return (data) => {
    const view = data.view('experiment_results')
    const why = whyEmpty(view, 'No A/B test has results yet.')
    if (why !== undefined) return shown.say(why)
    const running = isRunning(data)
    const ends = running ? anyDayEnds : fixedEnds
    const rows = inOrderOfMetrics(data, view.rows.filter(isOfEverybody))
    const reach = reachOf(rows.map((row) => intervalOf(row, ends)))
    const table = running ? anyDay : planned
    table.update(comparedOf(data, rows, { reach, ends }), drawnTo(reach))
    about.textContent = `${running ? whileItRuns(data) : (unplannedText(data) ?? forOneLook)} ${adjusted} ${drawn}`
    shown.show(table.node, about)
  }
}

function resultsTable(ends: IntervalEnds, chance: TableColumn<Compared>) {
  return createTable<Compared>({
    caption: 'Results against the control by metric',
    key: comparedKey,
    columns: [
      { title: 'Metric', isHead: true, cell: ({ metric }) => metric },
      { title: 'Variant', cell: ({ row }) => textIn(row, 'variant') },
      ...effectColumns(ends),
      chance,
    ],
  })
}

function whileItRuns(data: PanelData): string {
  return `The test runs: ${progressOf(data) ?? ''}. Until they are there the intervals and p-values are those that hold on every day, however often one looks; an interval made for one look at the end, looked at every day, misses far more often than its level says.`
}

const forOneLook = 'Intervals and p-values are those of the plan, for one look at the end.'
const adjusted =
  'The adjusted p counts the variants of a metric as one family; guardrails are not adjusted.'
const drawn =
  'Lift and intervals are in the unit of the metric; the drawing shows them as a share of the control, zero in the middle.'

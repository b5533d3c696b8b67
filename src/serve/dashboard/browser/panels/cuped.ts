/** The lift of a metric adjusted by what was known of each user before the exposure: the same with less noise. */
import { reachOf } from '../charts/interval.ts'
import { numberIn, type Row, textIn } from '../data/cells.ts'
import { inOrderOfMetrics, type PanelData } from '../data/panel-data.ts'
import { isRunning, waitingText } from '../data/running.ts'
import { asNumber, asPercent } from '../show/format.ts'
import { note, panel, whyEmpty } from '../show/panel.ts'
import { numberColumnOf } from '../show/number-column.ts'
import { foundCell } from '../show/two-lines.ts'
import { createTable, type TableColumn } from '../show/table.ts'
import {
  chanceColumn,
  changeColumn,
  type Compared,
  comparedOf,
  drawnTo,
  fixedEnds,
  intervalColumn,
  intervalOf,
  isOfEverybody,
  liftWithin,
  metricName,
  valueColumn,
} from './compared.ts'

export function cupedPanel(): (data: PanelData) => void {
  const shown = panel('cuped')
  const soFar = adjustedTable([])
  const table = adjustedTable([
    changeColumn,
    intervalColumn,
    liftWithin(fixedEnds),
    chanceColumn('p', 'p_value'),
  ])
  const about = note(
    'Thick: adjusted by the same measure before the exposure; thin: as in the results above. Noise removed is a share of the variance.',
  )
  const waiting = note('')
  return (data) => {
    const view = data.view('experiment_cuped')
    const rows = inOrderOfMetrics(data, view.rows)
    const why = whyEmpty(view, 'No metric of this test has a covariate from before the exposure.')
    if (why !== undefined) return shown.say(why)
    if (isRunning(data)) {
      soFar.update(comparedOf(data, rows))
      waiting.textContent = waitingText(
        data,
        'The adjusted difference, its interval and its p-value',
      )
      return shown.show(soFar.node, waiting)
    }
    const plain = data.view('experiment_results').rows.filter(isOfEverybody)
    const intervals = rows.map((row) => besidePlain(row, plain))
    const reach = reachOf(intervals)
    table.update(
      rows.map((row, index) => ({
        row,
        metric: metricName(data, row),
        format: asNumber,
        interval: intervals[index] ?? null,
        reach,
      })),
      drawnTo(reach),
    )
    shown.show(table.node, about)
  }
}

function adjustedTable(columns: readonly TableColumn<Compared>[]) {
  return createTable<Compared>({
    caption: 'Lift adjusted by the time before (CUPED)',
    key: ({ row }) => `${textIn(row, 'metric')} ${textIn(row, 'variant')}`,
    columns: [
      { title: 'Metric', isHead: true, cell: ({ metric }) => metric },
      { title: 'Variant', cell: ({ row }) => textIn(row, 'variant') },
      numberColumnOf('Noise removed', 'variance_reduction', asPercent),
      valueColumn('Control', ['control_adjusted_mean']),
      valueColumn('Value', ['adjusted_mean']),
      ...columns,
      { title: 'Found', cell: ({ row }) => foundCell(textIn(row, 'message')) },
    ],
  })
}

/** Both as a share of the control without adjustment. */
function besidePlain(row: Row, results: readonly Row[]) {
  const interval = intervalOf(row)
  const plain = results.find(
    (each) => each['metric'] === row['metric'] && each['variant'] === row['variant'],
  )
  const control = numberIn(plain, 'control_mean')
  const low = numberIn(plain, 'ci_low')
  const high = numberIn(plain, 'ci_high')
  if (interval === null || control === null || control === 0 || low === null || high === null) {
    return interval
  }
  const share = Math.abs(control)
  return { ...interval, reach: [low / share, high / share] as const }
}

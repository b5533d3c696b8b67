/** The effect of a metric in each segment of the users, and whether it differs between them at all. */
import { reachOf } from '../charts/interval.ts'
import { type Row, textIn } from '../data/cells.ts'
import type { PanelData } from '../data/panel-data.ts'
import { isRunning, waitingText } from '../data/running.ts'
import { offerMetrics } from '../show/choices.ts'
import { part } from '../show/element.ts'
import { asChance, asCount, asNumber, wordsOf } from '../show/format.ts'
import { numberColumn } from '../show/number-column.ts'
import { note, panel, whyEmpty } from '../show/panel.ts'
import { foundCell } from '../show/two-lines.ts'
import { createTable, type TableColumn } from '../show/table.ts'
import {
  chanceColumn,
  type Compared,
  comparedKey,
  comparedOf,
  drawnTo,
  effectColumns,
  fixedEnds,
  intervalOf,
  isOfEverybody,
  measuredColumns,
} from './compared.ts'

/** A segment that knows less than a fifth of what everybody tells is cut. */
const widest = 5

export function whomPanel(): (data: PanelData) => void {
  const shown = panel('whom')
  const choice = part('#whom-metric', HTMLSelectElement)
  const soFar = segmentTable('Each segment so far', measuredColumns)
  const effects = segmentTable('Effect by segment', [
    ...effectColumns(fixedEnds),
    chanceColumn('p', 'p_value'),
  ])
  const differences = differencesTable()
  const waiting = note('')
  const about = note(
    'A segment that stands out may be chance: a small p of the second table says that the effect is not the same in all segments; the adjusted one counts the dimensions and variants of the metric as one family. An interval is cut where a segment knows too little.',
  )
  let last: PanelData | undefined
  const show = (data: PanelData) => {
    const view = data.view('experiment_results')
    const ofMetric = (row: Row) => textIn(row, 'metric') === choice.value
    const rows = view.rows.filter(ofMetric)
    const why = whyEmpty(
      { ...view, rows: view.rows.filter((row) => !isOfEverybody(row)) },
      'This test looks at no segments.',
    )
    if (why !== undefined) return shown.say(why)
    const everybody = rows.filter(isOfEverybody)
    const segments = rows.filter((row) => !isOfEverybody(row))
    if (isRunning(data)) {
      soFar.update(comparedOf(data, [...everybody, ...segments]))
      waiting.textContent = waitingText(
        data,
        'Differences in segments, their intervals and p-values',
      )
      return shown.show(soFar.node, waiting)
    }
    const reach = Math.min(
      reachOf(rows.map((row) => intervalOf(row))),
      widest * reachOf(everybody.map((row) => intervalOf(row))),
    )
    effects.update(comparedOf(data, [...everybody, ...segments], { reach }), drawnTo(reach))
    const interactions = data.view('experiment_interactions')
    const whyNot = whyEmpty(interactions, 'Whether the effect differs was not tested.')
    differences.update(interactions.rows.filter(ofMetric))
    shown.show(effects.node, ...(whyNot === undefined ? [differences.node, about] : [note(whyNot)]))
  }
  choice.addEventListener('change', () => {
    if (last !== undefined) show(last)
  })
  return (data) => {
    last = data
    const segments = data.view('experiment_results').rows.filter((row) => !isOfEverybody(row))
    offerMetrics(choice, data, segments)
    show(data)
  }
}

function segmentTable(caption: string, columns: readonly TableColumn<Compared>[]) {
  return createTable<Compared>({
    caption,
    key: comparedKey,
    columns: [
      { title: 'Segment', isHead: true, cell: ({ row }) => textIn(row, 'segment') },
      { title: 'Variant', cell: ({ row }) => textIn(row, 'variant') },
      ...columns,
    ],
  })
}

function differencesTable() {
  return createTable<Row>({
    caption: 'Does the effect differ between segments',
    key: (row) =>
      `${textIn(row, 'metric')} ${textIn(row, 'segment_dimension')} ${textIn(row, 'variant')}`,
    columns: [
      {
        title: 'Does it differ by',
        isHead: true,
        cell: (row) => wordsOf(textIn(row, 'segment_dimension')),
      },
      { title: 'Variant', cell: (row) => textIn(row, 'variant') },
      numberColumn('Segments', 'segments', asCount),
      numberColumn('Q', 'statistic', asNumber),
      numberColumn('df', 'df', asCount),
      numberColumn('p', 'p_value', asChance),
      numberColumn('p, adjusted', 'p_value_adjusted', asChance),
      { title: 'Found', cell: (row) => foundCell(textIn(row, 'message')) },
    ],
  })
}

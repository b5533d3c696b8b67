/** The effect of a metric in each segment of the users, and whether it differs between them at all. */
import { reachOf } from '../charts/interval.ts'
import { type Row, textIn } from '../data/cells.ts'
import type { PanelData } from '../data/panel-data.ts'
import { offerMetrics } from '../show/choices.ts'
import { part } from '../show/element.ts'
import { asChance, asCount, asNumber, none, wordsOf } from '../show/format.ts'
import { numberColumn } from '../show/number-column.ts'
import { note, panel, whyEmpty } from '../show/panel.ts'
import { createTable } from '../show/table.ts'
import {
  chanceColumns,
  type Compared,
  comparedKey,
  comparedOf,
  effectColumns,
  intervalOf,
  isOfEverybody,
  usersColumn,
} from './compared.ts'

/** A segment that knows less than a fifth of what everybody tells is cut. */
const widest = 5

export function whomPanel(): (data: PanelData) => void {
  const shown = panel('whom')
  const choice = part('#whom-metric', HTMLSelectElement)
  const effects = createTable<Compared>({
    caption: 'Effect by segment',
    key: comparedKey,
    columns: [
      { title: 'Segment', isHead: true, cell: ({ row }) => textIn(row, 'segment') },
      { title: 'Variant', cell: ({ row }) => textIn(row, 'variant') },
      ...effectColumns,
      ...chanceColumns,
      usersColumn,
    ],
  })
  const differences = differencesTable()
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
    const reach = Math.min(
      reachOf(rows.map(intervalOf)),
      widest * reachOf(everybody.map(fixedIntervalOf)),
    )
    const segments = rows.filter((row) => !isOfEverybody(row))
    effects.update(comparedOf([...everybody, ...segments].map(withoutAnyDay), reach))
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
    offerMetrics(choice, segments)
    show(data)
  }
}

/** Segments have none of any day: beside them everybody has none, either. */
function withoutAnyDay(row: Row): Row {
  return { ...row, sequential_ci_low: null, sequential_ci_high: null }
}

function fixedIntervalOf(row: Row) {
  return intervalOf(withoutAnyDay(row))
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
      { title: 'Found', cell: (row) => textIn(row, 'message') || none() },
    ],
  })
}

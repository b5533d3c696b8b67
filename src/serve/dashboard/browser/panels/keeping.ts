/** What trying other arms than the best has cost, and whether arms were drawn with the shares that were published. */
import { type ChartShape, createChart } from '../charts/chart.ts'
import { armsOf } from '../data/arms.ts'
import { isTrueIn, momentOf, numberIn, type Row, textIn } from '../data/cells.ts'
import { rewardUnit, titled } from '../data/money.ts'
import type { PanelData } from '../data/panel-data.ts'
import {
  asAxisNumber,
  asAxisTime,
  asCount,
  asNumber,
  asPercent,
  asWindow,
  none,
} from '../show/format.ts'
import { asTable, badge, note, panel, whyEmpty } from '../show/panel.ts'
import { numberColumn, numberColumnOf } from '../show/number-column.ts'
import { createTable } from '../show/table.ts'

export function keepingPanels(): (data: PanelData) => void {
  const panels = [regretPanel(), fidelityPanel()]
  return (data) => {
    for (const update of panels) update(data)
  }
}

function regretPanel(): (data: PanelData) => void {
  const shown = panel('regret')
  const chart = createChart()
  const details = asTable(
    createTable<Row>({
      caption: 'Regret by hour, and summed up',
      key: (row) => textIn(row, 'window_start'),
      columns: [
        {
          title: 'From',
          isHead: true,
          cell: (row) => asWindow(textIn(row, 'window_start'), 'hour'),
        },
        numberColumn('Trials', 'trials', asCount),
        numberColumn('Regret', 'regret', asNumber),
        numberColumn('Summed up', 'cumulative_regret', asNumber),
        numberColumn('By the truth', 'cumulative_true_regret', asNumber),
      ],
    }),
  )
  const about = note(
    'Reward given away so far by trying other arms than the best, by what is known now; it flattens as the bandit learns.',
  )
  return (data) => {
    const view = data.view('bandit_regret')
    const why = whyEmpty(view, 'No trial was counted yet.')
    if (why !== undefined) return shown.say(why)
    const unit = rewardUnit(data)
    details.update(view.rows, { Regret: unit, 'Summed up': unit, 'By the truth': unit })
    chart.update({ ...shapeOf(view.rows), titleY: titled('Regret so far', unit) })
    shown.show(chart.node, about, details.node)
  }
}

function shapeOf(newestFirst: readonly Row[]): ChartShape {
  const rows = newestFirst.toReversed()
  const x = rows.map((row) => (momentOf(textIn(row, 'window_start'))?.getTime() ?? 0) / 1000)
  const line = (label: string, color: number, name: string) => ({
    label,
    color,
    values: rows.map((row) => numberIn(row, name)),
  })
  const hasTruth = rows.some((row) => numberIn(row, 'cumulative_true_regret') !== null)
  return {
    kind: 'lines',
    isTime: true,
    x,
    series: [
      line('by what is known', 0, 'cumulative_regret'),
      ...(hasTruth ? [line('by the truth', 1, 'cumulative_true_regret')] : []),
    ],
    formatX: asAxisTime(x),
    formatY: asAxisNumber,
    titleX: 'UTC',
    titleY: '',
  }
}

interface Drawn {
  readonly row: Row
  readonly label: string
}

function fidelityPanel(): (data: PanelData) => void {
  const shown = panel('fidelity')
  const table = createTable<Drawn>({
    caption: 'Shares drawn, logged and published by arm',
    key: ({ row }) => textIn(row, 'price_id'),
    columns: [
      { title: 'Arm', isHead: true, cell: ({ label }) => label },
      numberColumnOf('Draws', 'selections', asCount),
      numberColumnOf('Drawn', 'selected_share', asPercent),
      numberColumnOf('Logged', 'drawn_share', asPercent),
      numberColumnOf('Published', 'published_share', asPercent),
      numberColumnOf('z', 'z', asNumber),
      { title: 'As published', cell: ({ row }) => passedCell(row) },
    ],
  })
  const about = note(
    'Drawn: the share of the draws that the arm got. Logged: the mean of the shares that they were drawn with. Published: the share of the weights then. z: how many standard errors drawn is from logged; beyond 4 it is not chance.',
  )
  return (data) => {
    const view = data.view('allocation_fidelity')
    const why = whyEmpty(view, 'No arm was drawn by /bandits/select yet.')
    if (why !== undefined) return shown.say(why)
    const labels = new Map(armsOf(data).map(({ id, label }) => [id, label]))
    table.update(
      view.rows.map((row) => {
        const id = textIn(row, 'price_id')
        return { row, label: labels.get(id) ?? id }
      }),
    )
    shown.show(table.node, about)
  }
}

function passedCell(row: Row): Node | string {
  if (row['passed'] === null || row['passed'] === undefined) return textIn(row, 'message') || none()
  return isTrueIn(row, 'passed') ? badge('yes', 'good') : badge('no', 'bad')
}

/** The lift of a metric day by day, with the interval that may be read on each of them. */
import { type ChartShape, createChart } from '../charts/chart.ts'
import { momentOf, numberIn, type Row, textIn } from '../data/cells.ts'
import type { PanelData } from '../data/panel-data.ts'
import { declaredTest } from '../data/running.ts'
import { offerMetrics } from '../show/choices.ts'
import { part } from '../show/element.ts'
import {
  asAxisNumber,
  asAxisPoints,
  asAxisTime,
  asChance,
  asCount,
  asPoints,
  asSigned,
  asWindow,
  type Format,
  numberCell,
} from '../show/format.ts'
import { formatOf, liftFormat } from './compared.ts'
import { titled } from '../data/money.ts'
import { asTable, note, panel, whyEmpty } from '../show/panel.ts'
import { numberColumnOf } from '../show/number-column.ts'
import { createTable } from '../show/table.ts'

interface Look {
  readonly row: Row
  readonly format: Format
}

export function looksPanel(): (data: PanelData) => void {
  const shown = panel('looks')
  const choice = part('#metric', HTMLSelectElement)
  const chart = createChart()
  const signed = ({ format }: Look) => asSigned(format)
  const details = asTable(
    createTable<Look>({
      caption: 'Lift day by day',
      key: ({ row }) => `${textIn(row, 'metric')} ${textIn(row, 'variant')} ${textIn(row, 'look')}`,
      columns: [
        { title: 'Day', isHead: true, cell: ({ row }) => asWindow(textIn(row, 'look'), 'day') },
        { title: 'Variant', cell: ({ row }) => textIn(row, 'variant') },
        numberColumnOf('Users', 'users', asCount),
        {
          title: 'Lift',
          isNumeric: true,
          cell: (look) => numberCell(look.row, 'lift', signed(look)),
        },
        {
          title: 'From',
          isNumeric: true,
          cell: (look) => numberCell(look.row, 'ci_low', signed(look)),
        },
        {
          title: 'To',
          isNumeric: true,
          cell: (look) => numberCell(look.row, 'ci_high', signed(look)),
        },
        numberColumnOf('p, any day', 'p_value', asChance),
      ],
    }),
  )
  const about = note(
    'Filled: the interval that holds however often one looks. Where it leaves out zero the test may be ended.',
  )
  let last: PanelData | undefined
  const show = (data: PanelData) => {
    const why = whyEmpty(
      data.view('experiment_looks'),
      declaredTest(data) === undefined
        ? 'Only tests whose users are known are seen day by day.'
        : 'No day of this test is over yet.',
    )
    if (why !== undefined) return shown.say(why)
    const format = liftFormat(formatOf(data, choice.value))
    const { unit } = data.metric(choice.value)
    const looks = data
      .view('experiment_looks')
      .rows.filter((row) => textIn(row, 'metric') === choice.value)
    details.update(looks.map((row) => ({ row, format })))
    chart.update({
      ...shapeOf(looks, format),
      titleY: titled('Lift', unit === 'ratio' ? '' : unit),
    })
    shown.show(chart.node, about, details.node)
  }
  choice.addEventListener('change', () => {
    if (last !== undefined) show(last)
  })
  return (data) => {
    last = data
    offerMetrics(choice, data, data.view('experiment_looks').rows)
    show(data)
  }
}

function onAxis(format: Format): Format {
  return format === asPoints ? asAxisPoints : asAxisNumber
}

function shapeOf(looks: readonly Row[], format: Format): ChartShape {
  const at = (row: Row) => (momentOf(textIn(row, 'look'))?.getTime() ?? 0) / 1000
  const times = [...new Set(looks.map(at))].toSorted((a, b) => a - b)
  const variants = [...new Set(looks.map((row) => textIn(row, 'variant')))].toSorted()
  return {
    kind: 'lines',
    isTime: true,
    x: times,
    series: variants.map((label, color) => {
      const own = new Map(
        looks.filter((row) => row['variant'] === label).map((row) => [at(row), row]),
      )
      const values = (name: string) => times.map((time) => numberIn(own.get(time), name))
      return { label, color, values: values('lift'), band: [values('ci_low'), values('ci_high')] }
    }),
    formatX: asAxisTime(times),
    formatY: asSigned(onAxis(format)),
    titleX: 'UTC',
    titleY: 'Lift',
  }
}

/** Posterior densities with their intervals, and the probability of being best: by the model that decides, or another. */
import { type ChartShape, createChart } from '../charts/chart.ts'
import { betaDensity, type Density, studentDensity } from '../charts/densities.ts'
import { drawShare } from '../charts/interval.ts'
import { type Arm, armsOf, chartedNote, weightsOf } from '../data/arms.ts'
import { numberIn, type Row, textIn } from '../data/cells.ts'
import { currencyOf, rewardUnit, titled } from '../data/money.ts'
import type { PanelData } from '../data/panel-data.ts'
import { element, part } from '../show/element.ts'
import {
  asAxisNumber,
  asAxisPercent,
  asNumber,
  asPercent,
  type Format,
  none,
  numberCell,
} from '../show/format.ts'
import { asTable, note, panel, whyEmpty } from '../show/panel.ts'
import { numberColumnOf } from '../show/number-column.ts'
import { createTable } from '../show/table.ts'
import { twoLines } from '../show/two-lines.ts'

interface ArmPosterior {
  readonly arm: Arm
  readonly row: Row
  readonly format: Format
}

const models: Readonly<Record<string, string>> = {
  bernoulli: 'conversion rate',
  bernoulli_empirical: 'conversion rate, pooled prior',
  bernoulli_price: 'price × conversion rate',
  gaussian: 'reward per trial',
}

export function posteriorPanels(): (data: PanelData) => void {
  const choice = part('#model', HTMLSelectElement)
  let last: PanelData | undefined
  const panels = [densityPanel(), bestPanel()]
  const show = (data: PanelData) => {
    const model = choice.value
    const format = model === 'bernoulli' || model === 'bernoulli_empirical' ? asPercent : asNumber
    const rows = data.view('posterior_parameters').rows.filter((row) => row['model'] === model)
    const posteriors = armsOf(data).flatMap((arm) => {
      const row = rows.find((each) => textIn(each, 'price_id') === arm.id)
      return row === undefined ? [] : [{ arm, row, format }]
    })
    for (const update of panels) update(data, posteriors)
  }
  choice.addEventListener('change', () => {
    if (last !== undefined) show(last)
  })
  return (data) => {
    const isOther = last?.bandit !== data.bandit
    offerModels(choice, data, isOther)
    last = data
    show(data)
  }
}

/** The one that decides is chosen, until someone chooses another. */
function offerModels(choice: HTMLSelectElement, data: PanelData, isOther: boolean): void {
  const names = [
    ...new Set(data.view('posterior_parameters').rows.map((row) => textIn(row, 'model'))),
  ]
  const deciding = textIn(weightsOf(data)[0], 'model')
  const offered = [...choice.options].map(({ value }) => value)
  const chosen = isOther || !names.includes(choice.value) ? deciding : choice.value
  if (JSON.stringify(offered) !== JSON.stringify(names)) {
    choice.replaceChildren(
      ...names.map((name) => element('option', { value: name }, [models[name] ?? name])),
    )
  }
  choice.value = names.includes(chosen) ? chosen : (names[0] ?? '')
  choice.disabled = names.length === 0
  part('#models', HTMLElement).hidden = names.length === 0
}

/** Of what the model is of: a conversion rate has none. */
function unitOf(data: PanelData, posteriors: readonly ArmPosterior[]): string {
  const model = textIn(posteriors[0]?.row, 'model')
  return model === 'bernoulli_price'
    ? currencyOf(data)
    : model === 'gaussian'
      ? rewardUnit(data)
      : ''
}

type Update = (data: PanelData, posteriors: readonly ArmPosterior[]) => void

function densityPanel(): Update {
  const shown = panel('posterior')
  const chart = createChart()
  const table = createTable<ArmPosterior>({
    caption: 'Posterior and interval by arm',
    key: ({ arm }) => arm.id,
    columns: [
      { title: 'Arm', isHead: true, cell: ({ arm }) => arm.label },
      {
        title: 'Mean and interval',
        isNumeric: true,
        cell: ({ row, format }) =>
          twoLines(numberCell(row, 'posterior_mean', format), [
            numberCell(row, 'ci_low', format),
            ' to ',
            numberCell(row, 'ci_high', format),
          ]),
      },
      {
        title: 'Deviation',
        isNumeric: true,
        cell: ({ row, format }) => numberCell(row, 'posterior_sd', format),
      },
      numberColumnOf('Alpha', 'alpha', asNumber),
      numberColumnOf('Beta', 'beta', asNumber),
    ],
  })
  const details = asTable(table)
  const about = note('')
  return (data, posteriors) => {
    const why = whyEmpty(data.view('posterior_parameters'), 'No posterior was published yet.')
    if (why !== undefined) return shown.say(why)
    const unit = unitOf(data, posteriors)
    details.update(posteriors, { 'Mean and interval': unit, Deviation: unit })
    const shape = shapeOf(posteriors)
    chart.update({ ...shape, titleX: titled(shape.titleX, unit) })
    about.textContent = `Filled: the credible interval. ${chartedNote(armsOf(data))}`.trim()
    shown.show(chart.node, about, details.node)
  }
}

const points = 240

function shapeOf(posteriors: readonly ArmPosterior[]): ChartShape {
  const drawn = posteriors.flatMap(({ arm, row }) => {
    const density = densityOf(arm, row)
    const low = numberIn(row, 'ci_low')
    const high = numberIn(row, 'ci_high')
    if (arm.color === undefined || density === undefined || low === null || high === null) return []
    return [{ label: arm.label, color: arm.color, density, low, high }]
  })
  const margin = (high: number, low: number) => 0.7 * (high - low)
  const from = Math.min(...drawn.map(({ low, high }) => low - margin(high, low)))
  const to = Math.max(...drawn.map(({ low, high }) => high + margin(high, low)))
  const start = drawn.every(({ low }) => low >= 0) ? Math.max(0, from) : from
  const x =
    drawn.length === 0
      ? []
      : grid(
          start,
          to,
          drawn.flatMap(({ low, high }) => [low, high]),
        )
  return {
    kind: 'densities',
    isTime: false,
    x,
    series: drawn.map(({ label, color, density, low, high }) => ({
      label,
      color,
      values: x.map(density),
      interval: [low, high] as const,
    })),
    formatX: posteriors[0]?.format === asPercent ? asAxisPercent : asAxisNumber,
    formatY: asAxisNumber,
    titleX: models[textIn(posteriors[0]?.row, 'model')] ?? '',
    titleY: 'Density',
  }
}

/** With the ends of the intervals among its places. */
function grid(from: number, to: number, ends: readonly number[]): readonly number[] {
  const even = Array.from(
    { length: points + 1 },
    (_, index) => from + ((to - from) * index) / points,
  )
  return [...new Set([...even, ...ends])].toSorted((a, b) => a - b)
}

function densityOf(arm: Arm, row: Row): Density | undefined {
  const alpha = numberIn(row, 'alpha')
  const beta = numberIn(row, 'beta')
  if (alpha !== null && beta !== null) {
    const price = textIn(row, 'model') === 'bernoulli_price' ? arm.price : 1
    return price === null ? undefined : betaDensity(alpha, beta, price)
  }
  const mean = numberIn(row, 'posterior_mean')
  const deviation = numberIn(row, 'posterior_sd')
  const df = numberIn(row, 'df')
  if (mean === null || deviation === null || df === null || df <= 2) return undefined
  return studentDensity(mean, deviation * Math.sqrt((df - 2) / df), df)
}

function bestPanel(): Update {
  const shown = panel('best')
  const table = createTable<ArmPosterior>({
    caption: 'Probability of being best by arm',
    key: ({ arm }) => arm.id,
    columns: [
      { title: 'Arm', isHead: true, cell: ({ arm }) => arm.label },
      { title: 'As a bar', cell: ({ arm, row }) => shareCell(arm, row) },
      numberColumnOf('Probability', 'prob_best', asPercent),
      {
        title: 'Expected loss',
        isNumeric: true,
        cell: ({ row, format }) => numberCell(row, 'expected_loss', format),
      },
    ],
  })
  return (data, posteriors) => {
    const why = whyEmpty(data.view('posterior_parameters'), 'No posterior was published yet.')
    if (why !== undefined) return shown.say(why)
    table.update(
      posteriors.toSorted(
        (a, b) => (numberIn(b.row, 'prob_best') ?? 0) - (numberIn(a.row, 'prob_best') ?? 0),
      ),
      { 'Expected loss': unitOf(data, posteriors) },
    )
    shown.show(table.node)
  }
}

function shareCell(arm: Arm, row: Row): Node {
  const share = numberIn(row, 'prob_best')
  return share === null ? none() : drawShare(share, arm.color ?? -1)
}

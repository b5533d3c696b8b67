/** Lines, stacked shares and densities by uPlot, in the colours of the page, with a legend of its own that says values. */
import uPlot from 'uplot'
import { element } from '../show/element.ts'
import type { Format } from '../show/format.ts'

export interface ChartShape {
  readonly kind: 'lines' | 'stack' | 'densities'
  /** Seconds since 1970 where `isTime`. */
  readonly x: readonly number[]
  readonly isTime: boolean
  readonly series: readonly ChartSeries[]
  readonly formatX: Format
  readonly formatY: Format
  readonly titleX: string
  readonly titleY: string
}

export interface ChartSeries {
  readonly label: string
  /** Among the colours of the page; -1: the quiet one. */
  readonly color: number
  readonly values: Values
  /** Of x: what lies between is filled. */
  readonly interval?: readonly [number, number]
  /** Lower and upper ends, of lines: what lies between is filled. */
  readonly band?: readonly [Values, Values]
}

type Values = readonly (number | null)[]

export interface Chart {
  readonly node: HTMLElement
  update(shape: ChartShape): void
}

const height = 240
/** So that colours are not all that tells lines apart. */
const dashes = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2], [1, 4]]

/** Drawn for those who see: what it shows is in a table beside it, for everybody. */
export function createChart(): Chart {
  const canvas = element('div', { class: 'chart', 'aria-hidden': 'true' })
  const legend = element('ul', { class: 'legend' })
  const node = element('div', { class: 'charted' }, [canvas, legend])
  let plot: uPlot | undefined
  let shown: ChartShape | undefined
  const draw = () => {
    plot?.destroy()
    plot = undefined
    // Not seen now: drawn when it is, in the colours of then.
    if (shown === undefined || canvas.clientWidth === 0) return
    const options = {
      ...optionsOf(shown, canvas.clientWidth),
      // What is shown then: numbers are replaced without a new plot.
      hooks: { setCursor: [(at: uPlot) => shown && sayValues(at, shown, legend)] },
    }
    plot = new uPlot(options, dataOf(shown), canvas)
  }
  new ResizeObserver(() => {
    if (plot === undefined) draw()
    else if (canvas.clientWidth > 0) plot.setSize({ width: canvas.clientWidth, height })
  }).observe(canvas)
  document.addEventListener('theme', draw)
  return {
    node,
    update: (shape) => {
      const isSame = shown !== undefined && frameOf(shown) === frameOf(shape)
      shown = shape
      if (isSame && plot !== undefined) {
        plot.setData(dataOf(shape))
        return
      }
      legend.replaceChildren(...shape.series.map(legendItem))
      draw()
    },
  }
}

/** Charts of the same frame differ in their numbers only: also in how they are written. */
function frameOf({ kind, x, titleY, series, formatX, formatY }: ChartShape): string {
  const lines = series.map(({ label, color }) => [label, color])
  return JSON.stringify([kind, titleY, lines, x.length < 2, formatX(1234.5), formatY(0.1234)])
}

function legendItem({ label, color }: ChartSeries): HTMLElement {
  return element('li', { class: 'legend-item', 'data-color': color }, [
    element('span', { class: `swatch series-${color}` }),
    element('span', {}, [label]),
    element('span', { class: 'legend-value', 'aria-hidden': 'true' }),
  ])
}

function dataOf(shape: ChartShape): uPlot.AlignedData {
  const x = [...shape.x]
  switch (shape.kind) {
    case 'stack': {
      const sums = x.map(() => 0)
      const stacked = shape.series.map(({ values }) =>
        x.map((_, index) => (sums[index] = (sums[index] ?? 0) + (values[index] ?? 0))),
      )
      // The tallest first: those before it are drawn over it.
      return [x, ...stacked.toReversed()]
    }
    case 'densities':
      return [
        x,
        ...shape.series.flatMap(({ values, interval }) => [
          [...values],
          x.map((at, index) =>
            interval !== undefined && at >= interval[0] && at <= interval[1]
              ? (values[index] ?? null)
              : null,
          ),
        ]),
      ]
    case 'lines':
      return [
        x,
        ...shape.series.map(({ values }) => [...values]),
        ...shape.series.flatMap(({ band }) => band?.map((ends) => [...ends]) ?? []),
      ]
  }
}

function optionsOf(shape: ChartShape, width: number): uPlot.Options {
  const ink = colorOf('--ink-quiet')
  const line = colorOf('--line')
  const axis = (title: string, values: Format, more: uPlot.Axis): uPlot.Axis => ({
    stroke: ink,
    font: '12px system-ui, sans-serif',
    labelFont: '12px system-ui, sans-serif',
    label: title,
    labelSize: 18,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
    values: (_, splits) => splits.map((split) => values(split)),
    ...more,
  })
  const axisX = axis(shape.titleX, shape.formatX, { space: shape.isTime ? 90 : 60, size: 30 })
  const axisY = axis(shape.titleY, shape.formatY, {
    size: (_, values) => 22 + 7 * Math.max(...(values ?? ['']).map((value) => value.length)),
  })
  return {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: shape.kind === 'lines' && bandsOf(shape).length === 0 },
    },
    scales: {
      x: { time: shape.isTime, ...(needsRoom(shape) ? { range: roomAround } : {}) },
      y: { range: (_, min, max) => rangeOf(shape, min, max) },
    },
    axes: [axisX, axisY],
    series: [{}, ...seriesOf(shape)],
    bands: bandsOf(shape),
  }
}

/** From zero: shares and rates are read by their height; with room above. */
function rangeOf({ kind }: ChartShape, min: number | null, max: number | null): uPlot.Range.MinMax {
  if (kind === 'stack') return [0, 1]
  const low = Math.min(0, min ?? 0)
  const high = Math.max(0, max ?? 0)
  const room = 0.08 * (high - low)
  return high === low ? [0, 1] : [low === 0 ? 0 : low - room, high + room]
}

/** Their ends lie behind the lines, the lower one of each first. */
function bandsOf({ series }: ChartShape): uPlot.Band[] {
  const banded = series.filter(({ band }) => band !== undefined)
  return banded.map(({ color }, index) => {
    const low = 1 + series.length + 2 * index
    return { series: [low + 1, low], fill: seriesColor(color, 0.19) }
  })
}

/** Bars, and a moment that is alone. */
function needsRoom({ kind, isTime, x }: ChartShape): boolean {
  return kind === 'stack' || (isTime && x.length < 2)
}

/** Half a window before the first and after the last. */
function roomAround(plot: uPlot, min: number, max: number): uPlot.Range.MinMax {
  const count = plot.data[0].length
  const step = count > 1 ? (max - min) / (count - 1) : 86_400
  return [min - step / 2, max + step / 2]
}

function seriesOf({ kind, x, series }: ChartShape): readonly uPlot.Series[] {
  switch (kind) {
    case 'stack':
      return series.toReversed().map(({ label, color }) => {
        const paths = uPlot.paths.bars?.({ size: [0.86, 64], gap: 0 })
        return {
          label,
          width: 0,
          fill: seriesColor(color),
          points: { show: false },
          ...(paths === undefined ? {} : { paths }),
        }
      })
    case 'densities':
      return series.flatMap(({ label, color }) => [
        {
          label,
          width: 2,
          stroke: seriesColor(color),
          dash: dashOf(color),
          points: { show: false },
        },
        { width: 0, fill: seriesColor(color, 0.22), points: { show: false } },
      ])
    case 'lines':
      return [
        ...series.map(({ label, color }) => ({
          label,
          width: 2,
          stroke: seriesColor(color),
          dash: dashOf(color),
          spanGaps: true,
          points: { show: x.length < 40, size: 6, fill: seriesColor(color) },
        })),
        ...series.flatMap(({ color, band }) =>
          (band ?? []).map(() => ({
            width: 1,
            stroke: seriesColor(color, 0.5),
            spanGaps: true,
            points: { show: x.length < 2, size: 5 },
          })),
        ),
      ]
  }
}

function sayValues({ cursor }: uPlot, shape: ChartShape, legend: HTMLElement): void {
  const places = legend.querySelectorAll('.legend-value')
  for (const [index, place] of places.entries()) {
    const value = shape.series[index]?.values[cursor.idx ?? -1]
    place.textContent =
      value === undefined || value === null || Number.isNaN(value) ? '' : shape.formatY(value)
  }
}

function dashOf(color: number): number[] {
  return dashes[color % dashes.length] ?? []
}

/** `share`: how much of it is seen over what lies behind. */
function seriesColor(color: number, share = 1): string {
  return colorOf(color < 0 ? '--series-rest' : `--series-${color}`, share)
}

const probe = element('span', { hidden: true })

/** A canvas knows no variables, and none of `light-dark()`: an element says what they come to. */
function colorOf(name: string, share = 1): string {
  if (!probe.isConnected) document.body.append(probe)
  probe.style.color = `rgb(from var(${name}) r g b / ${share})`
  return getComputedStyle(probe).color
}

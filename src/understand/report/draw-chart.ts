/** A chart of a report to the text of an SVG, drawn by Observable Plot on a document that is no browser's. */
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { never } from '../../core/never.ts'
import type { CourseChart, IntervalChart, Tone } from './report-document.ts'

const width = 720

export function drawChart(chart: IntervalChart | CourseChart): string {
  switch (chart.kind) {
    case 'intervals':
      return drawIntervals(chart)
    case 'course':
      return drawCourse(chart)
    default:
      return never(chart)
  }
}

const colours: Readonly<Record<Tone, string>> = {
  good: 'var(--good)',
  bad: 'var(--bad)',
  open: 'var(--open)',
}

function drawIntervals({ lines, marks, axis }: IntervalChart): string {
  const labels = lines.map(({ label }) => label)
  const longest = Math.max(...labels.map(({ length }) => length))
  const data = lines.map((line) => ({ ...line, colour: colours[line.tone] }))
  const known = marks.filter(({ label }) => labels.includes(label))
  return svgText({
    width,
    height: 56 + 30 * lines.length,
    marginLeft: Math.min(280, 16 + longest * 7),
    marginRight: 24,
    marginBottom: 44,
    x: {
      label: axis,
      labelAnchor: 'center',
      labelArrow: 'none',
      tickFormat: percent,
      ticks: 6,
      nice: true,
    },
    y: { label: null, domain: labels, tickSize: 0 },
    marks: [
      Plot.gridX({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 6 }),
      Plot.ruleX([0], { stroke: 'var(--muted)', strokeDasharray: '3,3' }),
      Plot.ruleY(data, { y: 'label', x1: 'low', x2: 'high', stroke: 'colour', strokeWidth: 3 }),
      Plot.tickX(known, { x: 'at', y: 'label', stroke: 'var(--text)', strokeWidth: 1.5, inset: 4 }),
      Plot.dot(data, { x: 'value', y: 'label', fill: 'colour', r: 5 }),
    ],
  })
}

function drawCourse({ points, axis, isPercent }: CourseChart): string {
  const data = points.map((point) => ({ ...point, date: new Date(`${point.day}T00:00:00Z`) }))
  const names = [...new Set(points.map(({ series }) => series))]
  const isOne = names.length === 1
  return svgText({
    width,
    height: isOne ? 280 : 220 * names.length,
    marginLeft: 64,
    marginRight: 24,
    marginBottom: 44,
    x: { type: 'utc', label: null, ticks: Math.min(8, points.length) },
    y: {
      label: axis,
      labelArrow: 'none',
      ticks: 6,
      nice: true,
      ...(isPercent ? { tickFormat: points100 } : {}),
    },
    ...(isOne ? {} : { fy: { label: null, domain: names } }),
    marks: [
      Plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 6 }),
      Plot.ruleY([0], { stroke: 'var(--muted)', strokeDasharray: '3,3' }),
      Plot.areaY(data, {
        x: 'date',
        y1: 'low',
        y2: 'high',
        fill: 'var(--open)',
        fillOpacity: 0.18,
        ...facet(isOne),
      }),
      Plot.lineY(data, {
        x: 'date',
        y: 'value',
        stroke: 'var(--open)',
        strokeWidth: 2.5,
        ...facet(isOne),
      }),
    ],
  })
}

function facet(isOne: boolean) {
  return isOne ? {} : { fy: 'series' }
}

function percent(value: number): string {
  const text = `${Number((value * 100).toFixed(1))}%`
  return value > 0 ? `+${text}` : text
}

function points100(value: number): string {
  const text = String(Number((value * 100).toFixed(2)))
  return value > 0 ? `+${text}` : text
}

function svgText(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const drawn = Plot.plot({ ...options, document })
  // Plot names its style by a number that differs from one process to the next: the page has a style of its own.
  return drawn.outerHTML
    .replaceAll(/<style>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ class="plot-[^"]*"/g, '')
}

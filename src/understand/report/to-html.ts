/** A report to one HTML page that needs nothing else: its style and its drawings are in it. */
import { never } from '../../core/never.ts'
import type {
  CourseChart,
  IntervalChart,
  ReportBlock,
  ReportDocument,
  ReportTable,
} from './report-document.ts'
import { pageStyle } from './page-style.ts'

/** Gives the text of an SVG element. */
export type DrawChart = (chart: IntervalChart | CourseChart) => string

export function toHtml(report: ReportDocument, drawChart: DrawChart): string {
  const { title, lead, verdict, sections, footer } = report
  const body = sections.map(
    (section) => `<section>
<h2>${escaped(section.title)}</h2>
${section.blocks.map((block) => blockHtml(block, drawChart)).join('\n')}
</section>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(title)}</h1>
${lead === '' ? '' : `<p class="lead">${escaped(lead)}</p>`}
<p class="verdict ${verdict.tone}">${escaped(verdict.text)}</p>
</header>
${body.join('\n')}
<footer>${escaped(footer)}</footer>
</main>
</body>
</html>
`
}

function blockHtml(block: ReportBlock, drawChart: DrawChart): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escaped(block.text)}</p>`
    case 'table':
      return tableHtml(block)
    case 'intervals':
    case 'course':
      return `<figure role="group" aria-label="${escaped(block.caption)}">
<div role="img" aria-label="${escaped(describeChart(block))}">${drawChart(block)}</div>
<figcaption>${escaped(block.caption)}</figcaption>
</figure>`
    default:
      return never(block)
  }
}

/** What a drawing shows, for whoever does not see it. */
function describeChart(chart: IntervalChart | CourseChart): string {
  const percent = (value: number) => `${(value * 100).toFixed(1)}%`
  if (chart.kind === 'course') {
    const last = chart.points.at(-1)
    const write = chart.isPercent ? percent : (value: number) => value.toPrecision(3)
    return last === undefined
      ? chart.caption
      : `On ${last.day}: ${write(last.value)}, between ${write(last.low)} and ${write(last.high)}`
  }
  return chart.lines
    .map(
      ({ label, value, low, high }) =>
        `${label} ${percent(value)}, between ${percent(low)} and ${percent(high)}`,
    )
    .join('; ')
}

function tableHtml({ caption, columns, rows }: ReportTable): string {
  const head = columns.map(
    ({ name, isNumber }) =>
      `<th scope="col"${isNumber ? ' class="number"' : ''}>${escaped(name)}</th>`,
  )
  const lines = rows.map((row) => {
    const cells = row.map(({ text, tone }, index) => {
      const names = [columns[index]?.isNumber === true ? 'number' : '', tone ?? ''].filter(Boolean)
      const named = names.length === 0 ? '' : ` class="${names.join(' ')}"`
      return index === 0
        ? `<th scope="row">${escaped(text)}</th>`
        : `<td${named}>${escaped(text)}</td>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  return `<div class="wide" tabindex="0" role="region" aria-label="${escaped(caption)}"><table>
<caption>${escaped(caption)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table></div>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}

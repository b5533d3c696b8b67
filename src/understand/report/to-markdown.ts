/** A report to Markdown: what is drawn in HTML stands there as numbers only. */
import { never } from '../../core/never.ts'
import type { ReportBlock, ReportDocument, ReportTable } from './report-document.ts'

export function toMarkdown({ title, lead, verdict, sections, footer }: ReportDocument): string {
  const parts = [
    `# ${escaped(title)}`,
    ...(lead === '' ? [] : [paragraph(lead)]),
    `**${escaped(verdict.text)}**`,
    ...sections.flatMap((section) => [
      `## ${escaped(section.title)}`,
      ...section.blocks.flatMap(blockText),
    ]),
    `*${escaped(footer)}*`,
  ]
  return `${parts.join('\n\n')}\n`
}

function blockText(block: ReportBlock): readonly string[] {
  switch (block.kind) {
    case 'text':
      return [paragraph(block.text)]
    case 'table':
      return [tableText(block)]
    case 'intervals':
      return []
    case 'course': {
      const last = block.points.at(-1)
      return last === undefined ? [] : [paragraph(`${block.caption}: see the HTML of this report.`)]
    }
    default:
      return never(block)
  }
}

function tableText({ columns, rows }: ReportTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(({ name }) => cellText(name))),
    line(columns.map(({ isNumber }) => (isNumber ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(({ text }) => cellText(text)))),
  ].join('\n')
}

function cellText(text: string): string {
  return escaped(text).replaceAll('|', String.raw`\|`)
}

/** Nothing of it is markup, whatever the names and texts of a project hold. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[\\`*[\]<>~]|(?<!\w)_|_(?!\w)/g, String.raw`\$&`)
    .replaceAll(/&(?=#|\w+;)/g, String.raw`\&`)
}

/** At its start even a dash is markup. */
function paragraph(text: string): string {
  return escaped(text).replace(/^(\s*)([#+-]|\d+(?=[.)]))/, String.raw`$1\$2`)
}
